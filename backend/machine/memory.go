package machine

import (
	"context"

	"github.com/shirou/gopsutil/v4/mem"
)

// Memory returns the main memory in bytes: all of it, and what programs could take now without pushing others out. Both
// are zero when the system does not tell.
func Memory(ctx context.Context) (total, free int64) {
	m, err := mem.VirtualMemoryWithContext(ctx)
	if err != nil {
		return 0, 0
	}
	return int64(m.Total), int64(m.Available)
}

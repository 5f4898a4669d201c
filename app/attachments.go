package app

import (
	"sync"

	"bakeoff/backend/bakeoff"
)

// maxShelf is how many bytes of chosen files are kept at hand.
const maxShelf = 200 << 20

// shelf holds the files that were chosen in a dialog, by the hash of their bytes. The window knows them by that only:
// neither path nor bytes cross the bridge. What was put there longest ago makes room when the shelf is full.
type shelf struct {
	mu    sync.Mutex
	files map[string]bakeoff.Attachment
	order []string // oldest first
	size  int
}

func (s *shelf) put(a bakeoff.Attachment) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, there := s.files[a.SHA256]; there {
		return
	}
	if s.files == nil {
		s.files = make(map[string]bakeoff.Attachment)
	}
	for s.size+len(a.Data) > maxShelf && len(s.order) > 0 {
		oldest := s.order[0]
		s.size -= len(s.files[oldest].Data)
		delete(s.files, oldest)
		s.order = s.order[1:]
	}
	s.files[a.SHA256] = a
	s.order = append(s.order, a.SHA256)
	s.size += len(a.Data)
}

// take returns the files with the given ids.
func (s *shelf) take(ids []string) ([]bakeoff.Attachment, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []bakeoff.Attachment
	for _, id := range ids {
		a, ok := s.files[id]
		if !ok {
			return nil, &bakeoff.Error{Code: bakeoff.CodeNotFound, Message: "An attached file is no longer at hand. Remove it and attach it again."}
		}
		out = append(out, a)
	}
	return out, nil
}

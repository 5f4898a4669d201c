package bakeoff

import (
	"cmp"
	"slices"
)

// Egress is what one run sent out and got back: bytes of request and response bodies, without headers, encryption and
// the questions about models that come before a run. Known is false where nobody counted: a demo, a run that a crash
// ended, a history older than the counting.
type Egress struct {
	Known    bool
	Requests int   // 0: nothing was sent; more than 1 would be a defect
	Sent     int64 // bytes
	Received int64 // bytes
}

// HostReceipt is what one host was told by a comparison, all attempts together.
type HostReceipt struct {
	Host   string // host:port
	Place  Place  // PlaceCloud when any model there runs elsewhere: the prompt left this machine
	Models []string
	Egress // Known only when it is for every run
}

// Receipt lists the hosts that a comparison contacted, those that the prompt left this machine for first, then by name.
// A run that was never sent is in none; the same model stands once.
func (c Comparison) Receipt() []HostReceipt {
	byHost := make(map[string]*HostReceipt)
	for _, r := range c.Runs {
		if r.EndpointHost == "" || r.SentAt.IsZero() || r.Egress.Known && r.Egress.Requests == 0 {
			continue
		}
		h := byHost[r.EndpointHost]
		if h == nil {
			h = &HostReceipt{Host: r.EndpointHost, Place: r.Place, Egress: Egress{Known: true}}
			byHost[r.EndpointHost] = h
		}
		h.add(r)
	}
	var out []HostReceipt
	for _, h := range byHost {
		out = append(out, *h)
	}
	slices.SortFunc(out, func(a, b HostReceipt) int {
		return cmp.Or(cmp.Compare(away(a.Place), away(b.Place)), cmp.Compare(a.Host, b.Host))
	})
	return out
}

func (h *HostReceipt) add(r Run) {
	if r.Place == PlaceCloud {
		h.Place = PlaceCloud
	}
	if name := r.Entry.Endpoint + "/" + r.Entry.Model; !slices.Contains(h.Models, name) {
		h.Models = append(h.Models, name)
	}
	h.Known = h.Known && r.Egress.Known
	h.Requests += r.Egress.Requests
	h.Sent += r.Egress.Sent
	h.Received += r.Egress.Received
}

func away(p Place) int {
	if p == PlaceCloud {
		return 0
	}
	return 1
}

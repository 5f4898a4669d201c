package bakeoff

import (
	"reflect"
	"testing"
	"time"
)

func TestAReceiptListsEveryHostOnceAndThoseAwayFirst(t *testing.T) {
	run := func(host, model string, place Place, e Egress) Run {
		return Run{EndpointHost: host, Entry: Entry{Endpoint: "e", Model: model}, Place: place, SentAt: time.UnixMilli(1), Egress: e}
	}
	counted := func(sent, received int64) Egress {
		return Egress{Known: true, Requests: 1, Sent: sent, Received: received}
	}
	unsent := run("never:1", "x", PlaceCloud, Egress{Known: true})
	unsent.SentAt = time.Time{}
	c := Comparison{Runs: []Run{
		run("127.0.0.1:11434", "a", PlaceLocal, counted(10, 20)),
		run("127.0.0.1:11434", "a", PlaceLocal, counted(1, 2)), // a retry
		run("api:443", "b", PlaceCloud, counted(3, 4)),
		run("gone:443", "c", PlaceCloud, Egress{}), // a crash ended it
		run("", "quick", PlaceDemo, Egress{}),
		unsent,
	}}
	want := []HostReceipt{
		{Host: "api:443", Place: PlaceCloud, Models: []string{"e/b"}, Egress: Egress{Known: true, Requests: 1, Sent: 3, Received: 4}},
		{Host: "gone:443", Place: PlaceCloud, Models: []string{"e/c"}},
		{Host: "127.0.0.1:11434", Place: PlaceLocal, Models: []string{"e/a"}, Egress: Egress{Known: true, Requests: 2, Sent: 11, Received: 22}},
	}
	if got := c.Receipt(); !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v\nwant %+v", got, want)
	}
}

func TestALocalServerThatForwardsStandsAsAway(t *testing.T) {
	c := Comparison{Runs: []Run{
		{EndpointHost: "127.0.0.1:11434", Place: PlaceLocal, SentAt: time.UnixMilli(1)},
		{EndpointHost: "127.0.0.1:11434", Place: PlaceCloud, SentAt: time.UnixMilli(1)},
	}}
	if got := c.Receipt(); len(got) != 1 || got[0].Place != PlaceCloud {
		t.Errorf("got %+v, want one host away from this machine", got)
	}
}

package wiring

import (
	"context"
	"errors"
	"iter"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/provider"
	"bakeoff/backend/provider/wire"

	"github.com/google/go-cmp/cmp"
)

func request(t *testing.T, address string) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// lister is a provider that only lists.
type lister func(context.Context) ([]provider.Model, error)

func (l lister) Models(ctx context.Context) ([]provider.Model, error) { return l(ctx) }
func (lister) Prepare(context.Context, provider.Request) (provider.Facts, error) {
	return provider.Facts{}, nil
}
func (lister) Stream(context.Context, provider.Request) iter.Seq2[provider.Event, error] { return nil }

func noOpenness(string, string) bakeoff.Openness { return bakeoff.OpennessUnknown }

// registry has an Ollama, an OpenAI and a demo endpoint that list as told.
func registry(e env, lists map[string]lister) *Registry {
	return newRegistry(e.get, noOpenness, func(e endpoint, _ proxyFunc) provider.Provider {
		if l, ok := lists[e.name]; ok {
			return l
		}
		return lister(func(context.Context) ([]provider.Model, error) { return []provider.Model{{ID: "m"}}, nil })
	}, wire.NewBorder(), nil)
}

func states(infos []EndpointInfo) map[string]State {
	out := make(map[string]State)
	for _, i := range infos {
		out[i.Name] = i.State
	}
	return out
}

func TestOneSilentEndpointDelaysNoOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := registry(env{"OPENAI_API_KEY": "k"}, map[string]lister{
			"ollama": func(ctx context.Context) ([]provider.Model, error) { <-ctx.Done(); return nil, ctx.Err() },
		})
		var mu sync.Mutex
		ready := map[string]time.Duration{}
		begin := time.Now()
		r.Watch(func(i EndpointInfo) {
			mu.Lock()
			defer mu.Unlock()
			if i.State == StateReady {
				ready[i.Name] = time.Since(begin)
			}
		})
		got := states(r.List(t.Context()))
		if got["ollama"] != StateProblem || got["openai"] != StateReady || got["demo"] != StateReady || got["anthropic"] != StateNoKey {
			t.Errorf("got %v", got)
		}
		if diff := cmp.Diff(map[string]time.Duration{"openai": 0, "demo": 0}, ready); diff != "" {
			t.Error(diff)
		}
		if got := time.Since(begin); got != listLimit {
			t.Errorf("the list took %s, want %s", got, listLimit)
		}
	})
}

func TestAFailedListKeepsTheEarlierOne(t *testing.T) {
	fail := false
	r := registry(env{}, map[string]lister{"ollama": func(context.Context) ([]provider.Model, error) {
		if fail {
			return nil, &bakeoff.Error{Code: bakeoff.CodeUnreachable, Message: "Ollama does not answer."}
		}
		return []provider.Model{{ID: "a"}, {ID: "b", RemoteHost: "ollama.com", Openness: bakeoff.Closed}}, nil
	}})
	first := r.List(t.Context())[0]
	if first.State != StateReady || len(first.Models) != 2 || first.ListedAt.IsZero() {
		t.Fatalf("got %+v", first)
	}
	if first.Models[0].Openness != bakeoff.OpennessUnknown || first.Models[1].Openness != bakeoff.Closed {
		t.Errorf("openness: got %s and %s", first.Models[0].Openness, first.Models[1].Openness)
	}
	if first.PlaceOf(first.Models[0]) != bakeoff.PlaceLocal || first.PlaceOf(first.Models[1]) != bakeoff.PlaceCloud {
		t.Error("a model that is only forwarded runs in the cloud, others here")
	}
	fail = true
	if err := r.Refresh(t.Context(), "ollama"); err != nil {
		t.Fatal(err)
	}
	second := r.Known()[0]
	if second.State != StateProblem || second.Problem.Code != bakeoff.CodeUnreachable || len(second.Models) != 2 {
		t.Errorf("got %+v", second)
	}
}

func TestLocalOnlyAsksNobodyInTheCloud(t *testing.T) {
	asked := false
	r := registry(env{"OPENAI_API_KEY": "k"}, map[string]lister{"openai": func(context.Context) ([]provider.Model, error) {
		asked = true
		return nil, nil
	}})
	infos := r.List(provider.WithLocalOnly(t.Context()))
	if asked {
		t.Error("OpenAI was asked")
	}
	for _, i := range infos {
		if i.Name == "openai" && (i.State != StateProblem || i.Problem.Code != bakeoff.CodeLocalOnly) {
			t.Errorf("got %s, %v", i.State, i.Problem)
		}
		if i.Name == "ollama" && i.State != StateReady {
			t.Errorf("Ollama is %s, want ready", i.State)
		}
	}
	if err := r.Refresh(t.Context(), ""); err != nil || !asked {
		t.Errorf("without local only: asked %v, %v", asked, err)
	}
}

func TestAPanicOfAnAdapterFailsItsEndpointOnly(t *testing.T) {
	r := registry(env{}, map[string]lister{"ollama": func(context.Context) ([]provider.Model, error) { panic("hunter2") }})
	infos := r.List(t.Context())
	if infos[0].State != StateProblem || strings.Contains(infos[0].Problem.Error(), "hunter2") {
		t.Errorf("got %s, %v", infos[0].State, infos[0].Problem)
	}
	if got := states(infos)["demo"]; got != StateReady {
		t.Errorf("demo is %s", got)
	}
}

func TestAnUnknownEndpointIsAnsweredWithTheKnownNames(t *testing.T) {
	r := registry(env{"VLLM_BASE_URL": "127.0.0.1:1"}, nil)
	_, err := r.Get("opanai")
	var e *bakeoff.Error
	if !errors.As(err, &e) || e.Code != bakeoff.CodeNotFound {
		t.Fatalf("got %v", err)
	}
	want := `There is no endpoint "opanai". Choose one of ollama, vllm, openai, anthropic, gemini, deepseek, openrouter, xai, mistral, groq, together, ollama-cloud, demo.`
	if e.Message != want {
		t.Errorf("got %q, want %q", e.Message, want)
	}
	if err := r.Refresh(t.Context(), "opanai"); err == nil {
		t.Error("a refresh of an unknown endpoint says nothing")
	}
	if ep, err := r.Get("lmstudio"); err != nil || ep.Problem == nil || !strings.Contains(ep.Problem.Message, "LMSTUDIO_BASE_URL") {
		t.Errorf("a known endpoint without address: got %+v, %v", ep, err)
	}
	if ep, err := r.Get("vllm"); err != nil || ep.Problem != nil || ep.Host != "127.0.0.1:1" || ep.Place != bakeoff.PlaceLocal {
		t.Errorf("vLLM: got %+v, %v", ep, err)
	}
}

func TestABadProxyStopsTheCloudAndNotThisMachine(t *testing.T) {
	r := registry(env{"OPENAI_API_KEY": "k", ProxyVariable: "nonsense"}, nil)
	got := states(r.List(t.Context()))
	if got["openai"] != StateProblem || got["ollama"] != StateReady {
		t.Errorf("got %v", got)
	}
}

package openai

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"

	"bakeoff/backend/provider/wire"
)

// doer stands between the library and the transport, for one request.
type doer struct {
	next    *http.Client
	members map[string]json.RawMessage
	finish  func(*http.Request)
}

// Do merges the members into the body, sends it, and hands on data lines only.
func (d *doer) Do(req *http.Request) (*http.Response, error) {
	if err := merge(req, d.members); err != nil {
		return nil, err
	}
	d.finish(req)
	resp, err := d.next.Do(req)
	if err != nil {
		return nil, err
	}
	resp.Body = &dataLines{sse: wire.NewSSE(resp.Body), body: resp.Body}
	return resp, nil
}

// merge lays members over the JSON object in req's body.
func merge(req *http.Request, members map[string]json.RawMessage) error {
	raw, err := io.ReadAll(req.Body)
	req.Body.Close()
	if err != nil {
		return fmt.Errorf("read the request's body: %w", err)
	}
	body := map[string]json.RawMessage{}
	if err := json.Unmarshal(raw, &body); err != nil {
		return fmt.Errorf("merge into the request's body: %w", err)
	}
	maps.Copy(body, members)
	if raw, err = json.Marshal(body); err != nil {
		return fmt.Errorf("write the request's body: %w", err)
	}
	req.ContentLength = int64(len(raw))
	req.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(raw)), nil }
	req.Body, _ = req.GetBody()
	return nil
}

// dataLines turns a stream of events into lines "data: payload", one for each event, and nothing else: the library
// takes comments and event names for parts of an error, counts them, and forgets a last line without its end.
type dataLines struct {
	sse  *wire.SSE
	body io.Closer
	line []byte // reused
	rest []byte // of line, not read yet
	err  error
}

func (d *dataLines) Read(p []byte) (int, error) {
	if len(d.rest) == 0 && d.err == nil {
		d.next()
	}
	if len(d.rest) == 0 {
		return 0, d.err
	}
	n := copy(p, d.rest)
	d.rest = d.rest[n:]
	return n, nil
}

func (d *dataLines) next() {
	event, data, err := d.sse.Next()
	if err != nil {
		d.err = err
		return
	}
	data = bytes.TrimSpace(data)
	line := append(d.line[:0], "data: "...)
	switch {
	case event == "error" && !bytes.Contains(data, []byte(`"error"`)) && json.Valid(data):
		line = append(line, `{ "error":`...) // its name alone says that it is one
		line = append(append(line, data...), '}')
	case bytes.HasPrefix(data, []byte(`{"error":`)):
		line = append(line, `{ `...) // the library would parse it, and lose what it does not know
		line = append(line, data[1:]...)
	default:
		line = append(line, data...)
	}
	for at := len("data: "); ; { // newlines between JSON tokens mean nothing, but the library reads lines
		i := bytes.IndexByte(line[at:], '\n')
		if i < 0 {
			break
		}
		line[at+i] = ' '
		at += i + 1
	}
	d.line = append(line, '\n')
	d.rest = d.line
}

func (d *dataLines) Close() error { return d.body.Close() }

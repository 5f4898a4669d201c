package anthropic

import (
	"encoding/json"
)

// frame is one event of the stream: what we read of it. Usage stays raw, so that an odd count spoils itself and not the
// answer, and a missing one is not taken for 0.
type frame struct {
	name    string // of the event
	Message struct {
		ID    string          `json:"id"`
		Model string          `json:"model"`
		Usage json.RawMessage `json:"usage"`
	} `json:"message"`
	Block struct {
		Type     string `json:"type"`
		Text     string `json:"text"`
		Thinking string `json:"thinking"`
	} `json:"content_block"`
	Delta struct {
		Text       string `json:"text"`
		Thinking   string `json:"thinking"`
		StopReason string `json:"stop_reason"`
	} `json:"delta"`
	Usage json.RawMessage `json:"usage"`
	Error json.RawMessage `json:"error"`
}

// known reports whether an event of this name is read at all.
func known(name string) bool {
	switch name {
	case "message_start", "content_block_start", "content_block_delta", "message_delta", "message_stop", "error":
		return true
	}
	return false
}

// decode reads one event. ok is false for an event that means nothing to us: a ping, the end of a block, any name that is
// newer than this adapter. The name on the event line decides; servers that send none are read by the data's own type.
func decode(event string, data []byte) (f frame, ok bool, err error) {
	if event == "ping" || event == "content_block_stop" {
		return frame{}, false, nil
	}
	if !known(event) {
		var head struct {
			Type  string          `json:"type"`
			Error json.RawMessage `json:"error"`
		}
		if err := json.Unmarshal(data, &head); err != nil {
			return frame{}, false, err
		}
		if event = head.Type; event == "" && provided(head.Error) {
			event = "error"
		}
		if !known(event) {
			return frame{}, false, nil
		}
	}
	if err := json.Unmarshal(data, &f); err != nil {
		return frame{}, false, err
	}
	f.name = event
	if provided(f.Error) {
		f.name = "error"
	}
	return f, true, nil
}

func provided(raw json.RawMessage) bool { return len(raw) > 0 && string(raw) != "null" }

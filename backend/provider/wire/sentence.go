package wire

import (
	"fmt"
	"net/http"
	"time"

	"bakeoff/backend/bakeoff"
)

// sentence tells a user what happened and what to do next. It never quotes the provider: that is what Detail is for.
func (c *Client) sentence(code bakeoff.Code, f fault, status int) string {
	label := c.o.Label
	switch code {
	case bakeoff.CodeAuth:
		return c.aboutKey()
	case bakeoff.CodeNoCredit:
		return "The account at " + label + " has no credit left, or its spending limit is reached. Add credit or raise the limit there, then run it again."
	case bakeoff.CodeForbidden:
		return label + " does not let this key or this region use the model. Check the rights of the key and of the account there."
	case bakeoff.CodeRateLimited:
		return label + " allows no more requests right now. " + waitSentence(f.wait)
	case bakeoff.CodeOverloaded:
		return label + " is overloaded. " + waitSentence(f.wait)
	case bakeoff.CodeModelMissing:
		return label + " does not serve this model, or not any more. Choose another one from its list."
	case bakeoff.CodeNotFound:
		return label + " has nothing at this address. Check the address of the endpoint; most end in /v1."
	case bakeoff.CodeContextTooLong:
		return "The prompt is too long for this model. Shorten it, or choose a model with a larger context."
	case bakeoff.CodeTooLarge:
		return "The request is too large for " + label + ". Use fewer or smaller attachments."
	case bakeoff.CodeRefused:
		return label + " refused this prompt by its content policy. Word it differently, or ask another model."
	case bakeoff.CodeTimeout:
		return label + " gave up waiting for the model. Try again, or choose a smaller model."
	case bakeoff.CodeProvider:
		return label + " failed on its own side" + statusNote(status) + ". " + waitSentence(f.wait)
	case bakeoff.CodeInvalid:
		if name := f.refused(); name != "" {
			return label + " does not accept this entry's " + name + statusNote(status) + ". Look at the details, and change or remove it."
		}
		return label + " does not accept this request" + statusNote(status) + ". Look at the details, and change the parameters of this entry."
	}
	return label + " answered with an error" + statusNote(status) + ". Look at the details, and try again."
}

func (c *Client) aboutKey() string {
	label := c.o.Label
	switch {
	case c.o.Key == "" && c.o.KeyName != "":
		return label + " wants a key and none is set. Set " + c.o.KeyName + ", or enter the key in Models."
	case c.o.Key == "":
		return label + " wants a key and none is set. Enter it in Models."
	case c.o.KeyName != "":
		return "The key for " + label + " was refused. Check " + c.o.KeyName + " or the key in Models."
	}
	return "The key for " + label + " was refused. Check the key in Models."
}

func waitSentence(wait time.Duration) string {
	if wait <= 0 {
		return "Wait a moment, then run it again."
	}
	if wait > 10*time.Minute {
		return fmt.Sprintf("Run it again in %d minutes.", ceil(wait, time.Minute))
	}
	return fmt.Sprintf("Run it again in %d s.", ceil(wait, time.Second))
}

// ceil is d in whole units, never less than d.
func ceil(d, unit time.Duration) int64 { return int64((d + unit - 1) / unit) }

func statusNote(status int) string {
	if status == 0 {
		return ""
	}
	if text := http.StatusText(status); text != "" {
		return fmt.Sprintf(" (HTTP %d, %s)", status, text)
	}
	return fmt.Sprintf(" (HTTP %d)", status)
}

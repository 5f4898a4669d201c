package provider

import (
	"context"

	"bakeoff/backend/bakeoff"
)

// Foreseer is a provider that can say, before anything is sent, what of a request its model would not get. Foresee is pure:
// it asks nobody, and says the same as the Facts that Prepare returns, as far as req.Facts allow.
type Foreseer interface {
	Foresee(req Request) Foresight
}

// Foresight is what becomes of a request's optional parts.
type Foresight struct {
	NotApplied []string       // settings that will be left out, by name
	Warnings   []string       // sentences for the user
	Problem    *bakeoff.Error // why the provider would refuse the request; nil when nothing is known to be wrong
}

// Foresee asks p, if it can tell.
func Foresee(p Provider, req Request) Foresight {
	if f, ok := p.(Foreseer); ok {
		return f.Foresee(req)
	}
	return Foresight{}
}

// Unfit is the problem with a setting of a model.
func Unfit(sentence string) *bakeoff.Error {
	return &bakeoff.Error{Code: bakeoff.CodeInvalid, Message: sentence}
}

// Sizer is a provider whose server decides how much of a model's context it uses. Context may ask the server, not for long;
// 0 tokens: not known. Basis says where the figure is from, in words that follow "its context is 4,096,".
type Sizer interface {
	Context(ctx context.Context, req Request) (tokens int64, basis string)
}

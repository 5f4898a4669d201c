package app

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"

	"bakeoff/backend/bakeoff"
)

// reject returns err as what the window gets: an error whose text is an ErrorView in JSON, since Wails hands over
// nothing but the text. It is logged here, by code and sentence only.
func reject(err error) error {
	if err == nil {
		return nil
	}
	e := bakeoff.AsError(err)
	slog.Warn("call rejected", "code", e.Code, "message", e.Message)
	text, marshalErr := json.Marshal(errorView(e))
	if marshalErr != nil {
		return errors.New(`{"code":"internal","message":"An error could not be written."}`)
	}
	return errors.New(string(text))
}

// call runs a bound method's work: a panic becomes a rejection (Wails would never settle the promise and would log the
// arguments), an error becomes an ErrorView.
func call[T any](work func() (T, error)) (out T, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = reject(fmt.Errorf("panic in a bound method: %T", v))
		}
	}()
	out, err = work()
	return out, reject(err)
}

// do is call for work without a result.
func do(work func() error) error {
	_, err := call(func() (struct{}, error) { return struct{}{}, work() })
	return err
}

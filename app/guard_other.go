//go:build !linux && (dev || production)

package app

// guardNavigation has no hook to hang on here: the page's own guard and the policy of contents stand alone.
func guardNavigation() {}

func displayThere() bool { return true }

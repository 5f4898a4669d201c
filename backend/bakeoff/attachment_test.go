package bakeoff

import "testing"

func TestTheTextOfAPDFTellsWhatItIsOf(t *testing.T) {
	if got, want := PDFText(12), `text/plain; from="application/pdf"; pages=12`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	for media, want := range map[string]int{PDFText(12): 12, "text/plain": 0, "image/png": 0, "text/plain; pages=3": 0, `text/plain; from="application/pdf"; pages=-1`: 0, ";;": 0} {
		if got := (Attachment{MediaType: media}).PDFPages(); got != want {
			t.Errorf("%s: got %d, want %d", media, got, want)
		}
	}
}

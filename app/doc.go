// Package app is the window's roof: the only Go package that imports Wails. Its bound methods are about ten lines each,
// recover from panics, and reject with an ErrorView as JSON text.
//
// Bound to the window (frontend/src/lib/api wraps them):
//
//	Comparisons.Start(StartRequest) ComparisonView     Comparisons.Get(id) ComparisonView
//	Comparisons.Stop(id)                               Comparisons.StopRun(runID)
//	Comparisons.Retry(runID) RunView                   Comparisons.Regenerate(id) ComparisonView
//	Comparisons.Request(runID) string                  (the request as it was sent)
//	History.List(query, cursor, limit) HistoryPageView History.Delete(id)   History.Undelete(id)
//	Models.List() []EndpointView                       Models.Refresh(endpoint)   ("" for all)
//	Settings.Get() SettingsView                        Settings.Save(SettingsView)
//	Desktop.CheckLink(url) LinkView                    Desktop.OpenLink(url)
//	Desktop.Copy(text)                                 Desktop.PickAttachments() []AttachmentView
//	Desktop.Renew()                                    Desktop.Version() string
//
// Events to the window: "frame" (Frame), "endpoint" (EndpointView). Frames are sent only while the page renews its lease
// with Desktop.Renew every two seconds.
package app

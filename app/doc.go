// Package app is the window's roof: the only Go package that imports Wails. Its bound methods are about ten lines each,
// recover from panics, and reject with an ErrorView as JSON text.
//
// Bound to the window (frontend/src/lib/api wraps them):
//
//	Comparisons.Start(StartRequest) ComparisonView     Comparisons.Get(id) ComparisonView
//	Comparisons.Stop(id)                               Comparisons.StopRun(runID)
//	Comparisons.Retry(runID) RunView                   Comparisons.Regenerate(id) ComparisonView
//	Comparisons.Request(runID) string                  (the request as it was sent)
//	Ratings.Rate(comparisonID, run, stars)             Ratings.Answer(comparisonID, run, reasons, note)
//	Ratings.Describe(comparisonID, DescriptionView)    Ratings.Judge(comparisonID, JudgeRequest) ComparisonView
//	Ratings.Withdraw(id) ComparisonView                Ratings.Blind(id) ComparisonView
//	Ratings.Reveal(id) ComparisonView                  Ratings.Next(skip) QueueView
//	Ratings.Waiting() int                              Ratings.Vocabulary() VocabularyView
//	History.Search(HistoryQuery) HistoryPageView       History.Facets() FacetsView
//	History.Delete(ids)   History.Undelete(ids)        History.Tag(ids, add, remove)
//	Comparisons.Again(id) AgainView                    Comparisons.Family(id) FamilyView
//	Comparisons.Changes(id) ChangesView                (against the one it came from)
//	Diffs.Answers(runA, runB) DiffView                 Diffs.Comparisons(oldID, newID) ChangesView
//	Models.List() []EndpointView                       Models.Refresh(endpoint)   ("" for all)
//	Settings.Get() SettingsView                        Settings.Save(SettingsView)
//	Desktop.CheckLink(url) LinkView                    Desktop.OpenLink(url)
//	Desktop.Copy(text)                                 Desktop.PickAttachments() []AttachmentView
//	Desktop.Renew()                                    Desktop.Version() string
//	Desktop.Notice() string                            (what the user should know about this start)
//	Transfers.Preview(ids) ExtentView                  Transfers.Export(ids, format) ExportedView
//	Transfers.Choose() FoundView                       Transfers.Import() FoundView   Transfers.Cancel()
//	Prompts.List(kind) []SavedPromptView               Prompts.Save(SavedPromptView) SavedPromptView   Prompts.Delete(id)
//	Sets.Look(SetRequest) SetPreviewView               Sets.Start(SetRequest) SetView
//	Sets.Run(id, confirmed)   Sets.Pause(id)           Sets.Stop(id)
//	Sets.List() []SetHeadView                          Sets.Get(id) SetView   Sets.Rows(id, rows) []SetRowView
//	Sets.Rename(id, name)                              Sets.Delete(id)   Sets.Undelete(id)
//	Sets.PickTable() TableFileView                     Sets.Export(id) ExportedView
//	Backups.List() []BackupView   Backups.Now() BackupView   Backups.Restore(name) bool   Backups.Check() []string
//
// Events to the window: "frame" (Frame), "endpoint" (EndpointView), "transfer" (TransferView), "set" (SetHeadView). Frames are sent
// only while the page renews its lease with Desktop.Renew every two seconds. Models.Refresh returns at once; what endpoints answer follows as events.
//
// One window per data folder: a lock of our own, taken before anything else is touched, lets a second start raise the
// first window and end. The history opens beside the page, so that a slow disk delays no window; bound methods wait for
// it. Code that needs Wails and the system's web view stands behind Wails' own build tags, so that everything else, and
// the terminal, builds without them.
package app

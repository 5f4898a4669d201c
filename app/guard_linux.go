//go:build linux && (dev || production)

package app

/*
#cgo linux pkg-config: gtk+-3.0
#cgo !webkit2_41 pkg-config: webkit2gtk-4.0
#cgo webkit2_41 pkg-config: webkit2gtk-4.1

#include <gtk/gtk.h>
#include <stdlib.h>
#include <string.h>
#include <webkit2/webkit2.h>

// decide lets the view go nowhere but to addresses that begin with data, and opens no second one.
static gboolean decide(WebKitWebView *view, WebKitPolicyDecision *decision, WebKitPolicyDecisionType type, gpointer data) {
	if (type == WEBKIT_POLICY_DECISION_TYPE_RESPONSE)
		return FALSE;
	WebKitNavigationAction *action =
		webkit_navigation_policy_decision_get_navigation_action(WEBKIT_NAVIGATION_POLICY_DECISION(decision));
	const char *to = webkit_uri_request_get_uri(webkit_navigation_action_get_request(action));
	if (type == WEBKIT_POLICY_DECISION_TYPE_NAVIGATION_ACTION && to != NULL && strncmp(to, data, strlen(data)) == 0)
		return FALSE;
	webkit_policy_decision_ignore(decision);
	return TRUE;
}

// deny refuses camera, microphone, place and whatever else a page may ask for.
static gboolean deny(WebKitWebView *view, WebKitPermissionRequest *request, gpointer data) {
	webkit_permission_request_deny(request);
	return TRUE;
}

static void guard_view(GtkWidget *widget, gpointer origins) {
	if (WEBKIT_IS_WEB_VIEW(widget)) {
		g_signal_connect(widget, "decide-policy", G_CALLBACK(decide), origins);
		g_signal_connect(widget, "permission-request", G_CALLBACK(deny), NULL);
	} else if (GTK_IS_CONTAINER(widget)) {
		gtk_container_forall(GTK_CONTAINER(widget), guard_view, origins);
	}
}

static gboolean guard_windows(gpointer origins) {
	GList *windows = gtk_window_list_toplevels();
	for (GList *w = windows; w != NULL; w = w->next)
		guard_view(GTK_WIDGET(w->data), origins);
	g_list_free(windows);
	return G_SOURCE_REMOVE;
}

static void guard_later(char *origins) { g_idle_add(guard_windows, origins); }

static int display_there(void) { return gtk_init_check(NULL, NULL); }
*/
import "C"

import "os"

// guardNavigation keeps the view on our own page, whatever a link, form, meta element or script asks for. It runs on
// GTK's own thread before the page has loaded.
func guardNavigation() {
	C.guard_later(C.CString(origins)) // the view keeps it until the process ends
}

// displayThere reports whether a window can be opened at all; GTK would end the process.
func displayThere() bool {
	if os.Getenv("DISPLAY") == "" && os.Getenv("WAYLAND_DISPLAY") == "" {
		return false
	}
	return C.display_there() != 0
}

//go:build webdriver && linux

package app

import _ "bakeoff/app/webdriver" // lets tests drive the real window

//go:build !webdriver

// Package webdriver is empty without its build tag: only test builds can be driven from outside.
package webdriver

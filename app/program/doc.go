// Package program holds tests of the whole program from outside: what it connects to, as the kernel sees it, and what it
// writes.
package program

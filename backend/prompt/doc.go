// Package prompt reads prompts with variables and the tables that fill them. It is pure.
//
// A variable is {{name}}: letters, digits, _ and spaces inside; spaces around the name do not count. \{{name}} is no
// variable and is sent as {{name}}. Whatever else has braces is plain text. A value goes in as it stands: braces in it
// are no variables. Names differ by case, as columns of a table do.
package prompt

// Package keyword finds very many words in a text at once.
package keyword

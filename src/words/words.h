// words: what habeas itself says, in the languages it speaks. English text stands in the code;
// po/es.po has the Spanish, made with the gettext tools; the build turns it into a sorted table
// (tools/words.py), so a bare machine without locales, an uninstalled program and a server that
// answers in two languages at once all have it. Called by every room that writes for people; calls
// base. Texts of rules and facts are law, and live in the rulebook.
#ifndef HABEAS_WORDS_H
#define HABEAS_WORDS_H

#include "base/base.h"

typedef enum { WORDS_EN = 0, WORDS_ES } words_language;

bool words_language_find(hb_str name, words_language *language);  // "en", "es"
hb_str words_language_name(words_language language);

// The text in that language; the English itself when no translation exists (the tests demand that
// all do). `english` must be a literal: xgettext collects it.
const char *words_in(words_language language, const char *english) __attribute__((format_arg(2)));

// Marks a literal in a table for xgettext; words_in is called where it is printed.
#define WORDS_LATER(english) english

#endif

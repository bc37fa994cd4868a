// A blank return. As a sheet (CSV) one source fills in one sheet: rows that begin with @ describe
// the source, then one row a question, with the unit and what may stand there. As JSON the same, in
// the form of a facility file, for a place with several sources.
#include "conditions/internal.h"

#include <stdio.h>

typedef struct {
    const char *name, *allowed, *en, *es;
} head_row;
// ORDER of the rows of a sheet, which sheet.c reads.
static const head_row HEAD[] = {
    {"@facility",      "",                                         "short name of the place",                       "nombre corto del lugar"          },
    {"@country",       "SLV",                                      "country, three letters of ISO 3166-1",          "país, tres letras de ISO 3166-1"},
    {"@sender",        "USA",                                      "state that sends prisoners there",              "Estado que envía presos allí"  },
    {"@as_of",         "2025-03-14",                               "day of this return",                            "día de este informe"            },
    {"@kind",          "inspection_independent, self_report, ...", "kind of source",                                "tipo de fuente"                  },
    {"@src",           "",                                         "who says so",                                   "quién lo dice"                  },
    {"@date",          "2025-03-14",                               "day on which it was seen",                      "día en que se vio"              },
    {"@access",        "free, escorted, remote, detainee, none",   "how the place was seen",
     "cómo se vio el lugar"                                                                                                                          },
    {"@independent",   "yes, no, unknown",                         "independent of both states?",
     "¿independiente de ambos Estados?"                                                                                                              },
    {"@unannounced",   "yes, no, unknown",                         "came unannounced?",                             "¿llegó sin aviso?"             },
    {"@private_talks", "yes, no, unknown",                         "talked in private with persons of its choice?",
     "¿habló en privado con personas de su elección?"                                                                                              },
    {"@published",     "yes, no, 2025-03-14",                      "published in full?",                            "¿publicado íntegro?"           },
};

static const char *allowed_of(const condition_field *field) {
    switch (field->type) {
        case FIELD_TRI: return "yes, no, unknown";
        case FIELD_DATE: return "2025-03-14";
        case FIELD_TEXT:
        case FIELD_ENUM:
        case FIELD_NUMBER:
        case FIELD_INT: break;
    }
    return "";
}

static void add_allowed(hb_text *out, const condition_field *field) {
    hb_text text = {0};
    hb_text_addf(&text, "%s", allowed_of(field));
    for (uint32_t i = 0; field->type == FIELD_ENUM && i < field->n_worst; i++)
        hb_text_addf(&text, "%s%.*s", i ? ", " : "", (int)field->worst[i].n, field->worst[i].at);
    if (field->most.n)
        hb_text_addf(&text, "%.*s..%.*s", (int)field->least.n, field->least.at, (int)field->most.n,
                     field->most.at);
    hb_text_add_csv(out, (hb_str){text.at, text.n});
    out->failed |= text.failed;
    hb_text_clear(&text);
}

void conditions_write_blank_csv(hb_text *out, const conditions_law *law, words_language language) {
    hb_text_addf(out, "field,question,value,unit,allowed,definition,scope,note\n");
    for (size_t i = 0; i < sizeof HEAD / sizeof *HEAD; i++) {
        hb_text_addf(out, "%s,", HEAD[i].name);
        hb_text_add_csv(out, hb_str_from(language == WORDS_ES ? HEAD[i].es : HEAD[i].en));
        hb_text_addf(out, ",,,");
        hb_text_add_csv(out, hb_str_from(HEAD[i].allowed));
        hb_text_addf(out, ",,,\n");
    }
    for (uint32_t f = 0; f < law->n_fields; f++) {
        const condition_field *field = &law->fields[f];
        hb_text_add_csv(out, field->name);
        hb_text_addf(out, ",");
        hb_text_add_csv(out, field->question[language]);
        hb_text_addf(out, ",,");
        hb_text_add_csv(out, field->unit);
        hb_text_addf(out, ",");
        add_allowed(out, field);
        hb_text_addf(out, ",%s,,\n", field->definition.n ? "design" : "");
    }
}

void conditions_write_blank_json(hb_text *out, const conditions_law *law, words_language language) {
    hb_text_addf(out,
                 "{\n \"facility\": \"\",\n \"country\": \"\",\n \"sender\": \"\",\n \"as_of\": "
                 "\"\",\n \"host_treaties\": [],\n \"evidence\": [\n"
                 "  {\"id\": \"return\", \"kind\": \"\", \"src\": \"\", \"date\": \"\", "
                 "\"access\": \"unknown\", \"independent\": \"unknown\", "
                 "\"unannounced\": \"unknown\", \"private_talks\": \"unknown\", \"scope\": "
                 "\"facility\", \"published\": \"no\"}\n ],\n \"claims\": [");
    for (uint32_t f = 0; f < law->n_fields; f++) {
        const condition_field *field = &law->fields[f];
        hb_text_addf(out, "%s\n  {", f ? "," : "");
        add_key(out, "f", field->name, ", \"v\": \"unknown\", \"e\": \"return\", ");
        if (field->unit.n) add_key(out, "unit", field->unit, ", ");
        if (field->definition.n) add_key(out, "definition", field->definition, ", ");
        add_key(out, "note", field->question[language], "}");
    }
    hb_text_addf(out, "\n ]\n}\n");
}

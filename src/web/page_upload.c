// Sending in a list: the list and its documents, the day, "Check the files". What is wrong is shown
// at its row with what was expected and what to do, in the order of the file; nothing was saved.
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "web/pages.h"
#include "web/site.h"

static void file_field(html *out, const char *name, const char *label, bool is_many) {
    html_open(out, HTML_LABEL);
    html_class(out, "usa-label");
    html_attribute(out, "for", hb_str_from(name));
    html_say(out, label);
    html_close(out, HTML_LABEL);
    html_open(out, HTML_INPUT);
    html_class(out, "usa-input hb-file");
    html_attribute(out, "type", HB_STR("file"));
    html_id(out, hb_str_from(name));
    html_attribute(out, "name", hb_str_from(name));
    html_attribute(out, "accept", HB_STR(".ndjson,.csv,.json,.xlsx,.tsv"));
    if (is_many)
        html_flag(out, "multiple");
    else
        html_flag(out, "required");
}

static int is_mapping(const struct dirent *entry) {
    size_t n = strlen(entry->d_name);
    return n > 5 && strcmp(entry->d_name + n - 5, ".json") == 0;
}

static void option(html *out, hb_str value, hb_str words) {
    html_open(out, HTML_OPTION);
    html_attribute(out, "value", value);
    html_text(out, words);
    html_close(out, HTML_OPTION);
}

// What the list is: habeas' own form, or a file as an agency keeps it.
static void mapping_field(web_request *r, html *out) {
    struct dirent **entries = NULL;
    char path[4400];
    const char *folder = r->site->options->mappings;
    int n = folder ? scandir(folder, &entries, is_mapping, alphasort) : 0;
    html_open(out, HTML_LABEL);
    html_class(out, "usa-label");
    html_attribute(out, "for", HB_STR("mapping"));
    html_say(out, say(r, "What the list is"));
    html_close(out, HTML_LABEL);
    html_open(out, HTML_SELECT);
    html_class(out, "usa-select");
    html_id(out, HB_STR("mapping"));
    html_attribute(out, "name", HB_STR("mapping"));
    option(out, HB_STR(""), hb_str_from(say(r, "a transfer list of habeas")));
    for (int i = 0; i < n; i++) {
        hb_str title = {0}, name = hb_str_from(entries[i]->d_name);
        bool is_one_list = false;
        snprintf(path, sizeof path, "%s/%s", folder, entries[i]->d_name);
        if (intake_map_title(path, r->arena, &title, &is_one_list) && is_one_list)
            option(out, (hb_str){name.at, name.n - 5}, title);
        free(entries[i]);
    }
    free(entries);
    html_close(out, HTML_SELECT);
}

static void form(web_request *r, html *out) {
    html_open(out, HTML_FORM);
    html_attribute(out, "method", HB_STR("post"));
    html_attribute(out, "enctype", HB_STR("multipart/form-data"));
    html_attribute(out, "action", web_address(r, "/lists/new"));
    html_class(out, "usa-form");
    web_form_token(r, out);
    file_field(out, "list", say(r, "The list: NDJSON, or CSV with its NAME.list.json below"),
               false);
    mapping_field(r, out);
    file_field(out, "documents",
               say(r, "Its documents, contests, agreement and header, as many files as there are"),
               true);
    web_button(r, out, say(r, "Check the files"), NULL);
    html_close(out, HTML_FORM);
}

// ---- what is wrong -----------------------------------------------------------------------------

static void error_row(const web_request *r, html *out, const hb_error *error) {
    html_open(out, HTML_TR);
    html_open(out, HTML_TH);
    html_attribute(out, "scope", HB_STR("row"));
    hb_str file = hb_str_from(error->file);
    for (size_t i = file.n; i > 0; i--) {
        if (file.at[i - 1] != '/') continue;
        file = (hb_str){file.at + i, file.n - i};
        break;
    }
    html_text(out, file);
    if (error->line) html_textf(out, " %s %u", say(r, "line"), error->line);
    if (error->column) html_textf(out, ", %s %u", say(r, "column"), error->column);
    if (error->pointer[0]) html_textf(out, " %s", error->pointer);
    html_close(out, HTML_TH);
    html_open(out, HTML_TD);
    html_say(out, error->message);
    if (error->excerpt[0]) {
        html_open(out, HTML_BR);
        html_put(out, HTML_CODE, NULL, hb_str_from(error->excerpt));
    }
    html_close(out, HTML_TD);
    html_put(out, HTML_TD, NULL, hb_str_from(error->help));
    html_close(out, HTML_TR);
}

// The same as a file, to be worked through beside the list.
static void errors_to_keep(web_request *r, html *out, const hb_errors *errors) {
    hb_text csv = {0};
    hb_text_addf(&csv, "line,column,where,what,found,help\n");
    for (uint32_t i = 0; i < errors->n_kept; i++) {
        const hb_error *error = &errors->kept[i];
        const char *const words[] = {error->pointer, error->message, error->excerpt, error->help};
        hb_text_addf(&csv, "%u,%u", error->line, error->column);
        for (size_t w = 0; w < sizeof words / sizeof words[0]; w++) {
            hb_text_addf(&csv, ",");
            hb_text_add_csv(&csv, hb_str_from(words[w]));
        }
        hb_text_addf(&csv, "\n");
    }
    web_open_form(r, out, web_address(r, "/keep/errors"), NULL);
    html_open(out, HTML_TEXTAREA);
    html_attribute(out, "name", HB_STR("text"));
    html_attribute(out, "aria-label", hb_str_from(say(r, "Errors, in the order of the file")));
    html_flag(out, "hidden");
    html_flag(out, "readonly");
    html_text(out, (hb_str){csv.at, csv.n});
    html_close(out, HTML_TEXTAREA);
    web_button(r, out, say(r, "Download the errors (CSV)"), "usa-button usa-button--outline");
    html_close(out, HTML_FORM);
    hb_text_clear(&csv);
}

static void errors_of(web_request *r, html *out, hb_str file, const hb_errors *errors) {
    char words[300];
    snprintf(words, sizeof words,
             say(r, "Nothing was saved. %llu errors in %.*s. Fix them and send the file again."),
             (unsigned long long)errors->n_all, (int)(file.n < 100 ? file.n : 100), file.at);
    web_alert(out, "error", NULL, words);
    const char *const heads[] = {say(r, "Where"), say(r, "What is wrong"), say(r, "What to do")};
    web_open_columns(out, say(r, "Errors, in the order of the file"), NULL, heads, 3, 3);
    for (uint32_t i = 0; i < errors->n_kept; i++) error_row(r, out, &errors->kept[i]);
    web_close_table(out);
    if (errors->n_all > errors->n_kept) {
        html_open(out, HTML_P);
        html_textf(out, say(r, "and %llu more"),
                   (unsigned long long)(errors->n_all - errors->n_kept));
        html_close(out, HTML_P);
    }
    errors_to_keep(r, out, errors);
}

// ---- pages -------------------------------------------------------------------------------------

bool web_page_list_new(web_request *r, html *out, hb_error *err) {
    (void)err;
    html_put_say(out, HTML_H1, NULL, say(r, "Send in a list"));
    html_put_say(out, HTML_P, NULL,
                 say(r, "Everybody on it is checked; nothing is saved while a row is wrong."));
    form(r, out);
    return true;
}

// The list first, then what belongs to it; a field of the form without a file is passed over.
static uint32_t files_of(const web_request *r, const web_field *files[WEB_UPLOAD_MOST]) {
    uint32_t n = 0;
    for (int pass = 0; pass < 2; pass++) {
        for (uint32_t i = 0; i < r->n_form && n < WEB_UPLOAD_MOST; i++) {
            const web_field *field = &r->form[i];
            bool is_list = hb_str_equal(field->name, HB_STR("list"));
            if (field->file_name.at && field->file_name.n && is_list == (pass == 0))
                files[n++] = field;
        }
    }
    return n;
}

static hb_str mapping_of(const web_request *r) {
    for (uint32_t i = 0; i < r->n_form; i++) {
        if (hb_str_equal(r->form[i].name, HB_STR("mapping"))) return r->form[i].value;
    }
    return (hb_str){0};
}

bool web_page_list_new_post(web_request *r, html *out, hb_error *err) {
    const web_field *files[WEB_UPLOAD_MOST];
    hb_errors errors = {0};
    uint32_t n = files_of(r, files);
    if (n == 0 || !hb_str_equal(files[0]->name, HB_STR("list"))) {
        hb_fail(err, HB_INPUT, "no-list", "%s", say(r, "no file of a list was sent"));
        hb_error_help(err, "%s", say(r, "choose the list, then send again"));
        return false;
    }
    const web_list *list = web_list_take(r, files, n, mapping_of(r), &errors);
    if (!list) {
        r->title = hb_str_from(say(r, "Nothing was saved"));
        html_put_say(out, HTML_H1, NULL, say(r, "Send in a list"));
        errors_of(r, out, files[0]->file_name, &errors);
        form(r, out);
    }
    hb_errors_clear(&errors);
    return list ? web_go(r, "/lists/%s", list->id) : true;
}

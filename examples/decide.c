// Decides one case with any decision model. Build: cc decide.c $(pkg-config --cflags --libs
// habeas-dmn) usage: decide MODEL DECISION [INPUT JSON]...      e.g. decide loan.dmn Approval
// income 2500 name '"Ana"'
#include <habeas-dmn.h>
#include <stdio.h>

static int fail(const habeas_dmn_error *err) {
    fprintf(stderr, "%s%s%s\n", err->where, err->where[0] ? ": " : "", err->message);
    return 1;
}

int main(int argc, char **argv) {
    habeas_dmn_error err = {0};
    int status = 0;
    if (argc < 3 || argc % 2 == 0)
        return fputs("usage: decide MODEL DECISION [INPUT JSON]...\n", stderr), 2;
    habeas_dmn_model *model = habeas_dmn_load(argv[1], &err);
    habeas_dmn_session *session = model ? habeas_dmn_open(model, 0, &err) : NULL;
    if (!session) status = fail(&err);
    for (int i = 3; status == 0 && i < argc; i += 2)
        if (!habeas_dmn_set_json(session, argv[i], argv[i + 1], &err)) status = fail(&err);
    const char *json = status == 0 ? habeas_dmn_get_json(session, argv[2], &err) : NULL;
    if (json)
        puts(json);
    else if (status == 0)
        status = fail(&err);
    const char *why;
    for (uint32_t i = 0; json && (why = habeas_dmn_note(session, i)); i++)
        fprintf(stderr, "%s\n", why);
    habeas_dmn_end(session);
    habeas_dmn_close(model);
    return status;
}

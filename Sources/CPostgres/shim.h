#pragma once
#include <dlfcn.h>
#include <postgresql/libpq-fe.h>
#include <stddef.h>

// libpq brings some twenty libraries along, which would cost every start several milliseconds. It is loaded when the
// first PostgreSQL connection is opened, and not at all where there is none: nothing here is linked.
#define POSTGRES_FUNCTIONS(X) \
  X(PQconnectdbParams) X(PQfinish) X(PQstatus) X(PQerrorMessage) X(PQsocket) X(PQdb) X(PQparameterStatus) X(PQconninfo) \
  X(PQconninfoFree) X(PQconnectionNeedsPassword) X(PQconnectionUsedPassword) X(PQsetnonblocking) X(PQsetNoticeProcessor) \
  X(PQgetCancel) X(PQcancel) X(PQfreeCancel) X(PQsendQueryParams) X(PQsendQueryPrepared) \
  X(PQsendPrepare) X(PQsendDescribePrepared) \
  X(PQsetSingleRowMode) X(PQenterPipelineMode) X(PQexitPipelineMode) X(PQpipelineSync) X(PQisBusy) \
  X(PQconsumeInput) X(PQflush) X(PQgetResult) X(PQresultStatus) X(PQresultErrorField) X(PQclear) X(PQntuples) \
  X(PQnfields) X(PQnparams) X(PQfname) X(PQftype) X(PQfmod) X(PQgetvalue) X(PQgetisnull) X(PQgetlength) \
  X(PQgetCopyData) X(PQputCopyData) X(PQputCopyEnd) X(PQfreemem)

// The parts of an error: macros of characters, which Swift does not see.
enum {
  POSTGRES_SQLSTATE = PG_DIAG_SQLSTATE,
  POSTGRES_MESSAGE = PG_DIAG_MESSAGE_PRIMARY,
  POSTGRES_DETAIL = PG_DIAG_MESSAGE_DETAIL,
  POSTGRES_HINT = PG_DIAG_MESSAGE_HINT,
  POSTGRES_CONTEXT = PG_DIAG_CONTEXT,
};

// The functions of a loaded libpq, under their own names.
typedef struct {
#define X(name) __typeof__(&name) name;
  POSTGRES_FUNCTIONS(X)
#undef X
} postgres_functions;

// Loads libpq and fills the table. Returns NULL, or what the loader says is wrong.
static inline const char *postgres_load(postgres_functions *functions) {
  void *library = dlopen("libpq.so.5", RTLD_LAZY | RTLD_LOCAL);
  if (library == NULL) return dlerror();
#define X(name) \
  functions->name = (__typeof__(&name))dlsym(library, #name); \
  if (functions->name == NULL) return dlerror();
  POSTGRES_FUNCTIONS(X)
#undef X
  return NULL;
}

#include <amqp.h>
#include <amqp_framing.h>
#include <amqp_ssl_socket.h>
#include <amqp_tcp_socket.h>
#include <string.h>
#include <sys/time.h>

struct ssl_ctx_st;
int SSL_CTX_set_default_verify_paths(struct ssl_ctx_st *context);
int SSL_CTX_load_verify_locations(struct ssl_ctx_st *context, const char *file, const char *folder);

// What Swift cannot call or read itself: a variadic function, unions, and macros with casts.

/// Logs in; `secret` is the password, or NULL where the client's certificate says who it is.
static inline amqp_rpc_reply_t parley_amqp_login(
    amqp_connection_state_t state, const char *vhost, const char *user, const char *secret) {
    if (secret == NULL)
        return amqp_login(state, vhost, 0, AMQP_DEFAULT_FRAME_SIZE, 0, AMQP_SASL_METHOD_EXTERNAL, user);
    return amqp_login(state, vhost, 0, AMQP_DEFAULT_FRAME_SIZE, 0, AMQP_SASL_METHOD_PLAIN, user, secret);
}

/// What a frame from the server means for somebody who only publishes.
enum parley_amqp_news {
    PARLEY_AMQP_TIMEOUT,
    PARLEY_AMQP_OTHER,
    PARLEY_AMQP_ACK,
    PARLEY_AMQP_NACK,
    PARLEY_AMQP_RETURNED,
    PARLEY_AMQP_CLOSED,
    PARLEY_AMQP_FAILED,
};

/// The reason that a server gives for closing a channel or connection; copied, cut and ended by a zero.
static inline void parley_amqp_reason(amqp_method_t method, int *code, char *text, size_t size) {
    amqp_bytes_t reason = {0, NULL};
    *code = 0;
    if (method.id == AMQP_CHANNEL_CLOSE_METHOD) {
        amqp_channel_close_t *close = (amqp_channel_close_t *)method.decoded;
        *code = close->reply_code;
        reason = close->reply_text;
    } else if (method.id == AMQP_CONNECTION_CLOSE_METHOD) {
        amqp_connection_close_t *close = (amqp_connection_close_t *)method.decoded;
        *code = close->reply_code;
        reason = close->reply_text;
    }
    size_t length = reason.len < size - 1 ? reason.len : size - 1;
    if (length > 0) memcpy(text, reason.bytes, length);
    text[length] = 0;
}

/// Waits for the next frame. `*tag` and `*multiple` belong to ACK and NACK, `*code` and `text` to CLOSED,
/// `*code` to FAILED.
static inline enum parley_amqp_news parley_amqp_next(
    amqp_connection_state_t state, int milliseconds, uint64_t *tag, int *multiple, int *code, char *text, size_t size) {
    amqp_frame_t frame;
    struct timeval patience = {milliseconds / 1000, (milliseconds % 1000) * 1000};
    int status = amqp_simple_wait_frame_noblock(state, &frame, &patience);
    if (status == AMQP_STATUS_TIMEOUT) return PARLEY_AMQP_TIMEOUT;
    if (status != AMQP_STATUS_OK) {
        *code = status;
        return PARLEY_AMQP_FAILED;
    }
    if (frame.frame_type != AMQP_FRAME_METHOD) return PARLEY_AMQP_OTHER;
    switch (frame.payload.method.id) {
    case AMQP_BASIC_ACK_METHOD: {
        amqp_basic_ack_t *ack = (amqp_basic_ack_t *)frame.payload.method.decoded;
        *tag = ack->delivery_tag;
        *multiple = ack->multiple;
        return PARLEY_AMQP_ACK;
    }
    case AMQP_BASIC_NACK_METHOD: {
        amqp_basic_nack_t *nack = (amqp_basic_nack_t *)frame.payload.method.decoded;
        *tag = nack->delivery_tag;
        *multiple = nack->multiple;
        return PARLEY_AMQP_NACK;
    }
    case AMQP_BASIC_RETURN_METHOD: return PARLEY_AMQP_RETURNED;
    case AMQP_CHANNEL_CLOSE_METHOD:
    case AMQP_CONNECTION_CLOSE_METHOD:
        parley_amqp_reason(frame.payload.method, code, text, size);
        return PARLEY_AMQP_CLOSED;
    default: return PARLEY_AMQP_OTHER;
    }
}

/// Whether the answer to `amqp_basic_get` is a message.
static inline int parley_amqp_is_message(amqp_rpc_reply_t reply) { return reply.reply.id == AMQP_BASIC_GET_OK_METHOD; }

/// Trusts the authorities of a folder, or those of the system where it is NULL; 1 if that went well.
static inline int parley_amqp_trust(amqp_socket_t *socket, const char *folder) {
    struct ssl_ctx_st *context = (struct ssl_ctx_st *)amqp_ssl_socket_get_context(socket);
    if (context == NULL) return 0;
    return folder ? SSL_CTX_load_verify_locations(context, NULL, folder) : SSL_CTX_set_default_verify_paths(context);
}

/// Publishes a message that survives a restart of the server and comes back if no queue takes it. `app` and `header`
/// may be NULL. As Rasa's, every message has a priority and headers, though there may be none in them: consumers look
/// into the headers without asking whether they are there.
static inline int parley_amqp_publish(
    amqp_connection_state_t state, const char *exchange, const void *body, size_t size, const char *message_id,
    const char *app, const char *header, const char *value) {
    amqp_basic_properties_t properties;
    memset(&properties, 0, sizeof properties);
    properties._flags = AMQP_BASIC_DELIVERY_MODE_FLAG | AMQP_BASIC_MESSAGE_ID_FLAG | AMQP_BASIC_PRIORITY_FLAG
        | AMQP_BASIC_HEADERS_FLAG;
    properties.delivery_mode = 2;
    properties.message_id = amqp_cstring_bytes(message_id);
    if (app != NULL) {
        properties._flags |= AMQP_BASIC_APP_ID_FLAG;
        properties.app_id = amqp_cstring_bytes(app);
    }
    amqp_table_entry_t entry;
    if (header != NULL) {
        memset(&entry, 0, sizeof entry);
        entry.key = amqp_cstring_bytes(header);
        entry.value.kind = AMQP_FIELD_KIND_UTF8;
        entry.value.value.bytes = amqp_cstring_bytes(value);
        properties.headers.num_entries = 1;
        properties.headers.entries = &entry;
    }
    amqp_bytes_t bytes = {size, (void *)body};
    return amqp_basic_publish(
        state, 1, amqp_cstring_bytes(exchange), amqp_cstring_bytes(""), 1, 0, &properties, bytes);
}

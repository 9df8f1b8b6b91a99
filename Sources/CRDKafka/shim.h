#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

/// Hands a message to the client, which copies it: `rd_kafka_producev`, which Swift cannot call. `number` comes back in
/// the report of the delivery.
static inline rd_kafka_resp_err_t parley_kafka_produce(
    rd_kafka_t *client, const char *topic, const void *key, size_t key_size, const void *body, size_t size,
    const char *environment, const char *id, size_t number) {
    return rd_kafka_producev(
        client, RD_KAFKA_V_TOPIC(topic), RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_KEY(key, key_size),
        RD_KAFKA_V_VALUE((void *)body, size), RD_KAFKA_V_HEADER("RASA_ENVIRONMENT", environment, -1),
        RD_KAFKA_V_HEADER("message_id", id, -1), RD_KAFKA_V_OPAQUE((void *)number), RD_KAFKA_V_END);
}

import System

#if Kafka
    import CRDKafka
    import Encodings

    /// A producer of librdkafka, with its threads.
    final class KafkaClient {
        /// What the client's callbacks leave behind; they run on the thread that polls.
        private final class Reports {
            /// The number of the first message that is waited for. Reports of earlier ones, which nobody waits for any
            /// more, may still come.
            var first: UInt = 0
            var results: [rd_kafka_resp_err_t?] = []
            var open = 0
            var lastFault = ""
        }

        private let client: OpaquePointer
        private let reports = Reports()

        /// - Throws: ``BrokerError`` with what the library says of the properties.
        init(_ properties: [(String, String)]) throws(BrokerError) {
            var text = [CChar](repeating: 0, count: 512)
            guard let configuration = rd_kafka_conf_new() else { throw BrokerError(.refused, "out of memory") }
            for (name, value) in properties {
                guard rd_kafka_conf_set(configuration, name, value, &text, text.count) == RD_KAFKA_CONF_OK else {
                    rd_kafka_conf_destroy(configuration)
                    throw BrokerError(.refused, String(cBuffer: text))
                }
            }
            rd_kafka_conf_set_opaque(configuration, Unmanaged.passUnretained(reports).toOpaque())
            rd_kafka_conf_set_dr_msg_cb(configuration) { _, message, opaque in
                guard let message, let reports = KafkaClient.reports(opaque) else { return }
                let index = Int(bitPattern: UInt(bitPattern: message.pointee._private) &- reports.first)
                guard reports.results.indices.contains(index) else { return }
                reports.results[index] = message.pointee.err
                reports.open -= 1
            }
            rd_kafka_conf_set_error_cb(configuration) { _, _, reason, opaque in
                guard let reason, let reports = KafkaClient.reports(opaque) else { return }
                reports.lastFault = String(cString: reason)
            }
            // The library would write to standard error by itself.
            rd_kafka_conf_set_log_cb(configuration, nil)
            guard let client = rd_kafka_new(RD_KAFKA_PRODUCER, configuration, &text, text.count) else {
                rd_kafka_conf_destroy(configuration)
                throw BrokerError(.refused, String(cBuffer: text))
            }
            self.client = client
        }

        deinit {
            rd_kafka_purge(client, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT)
            rd_kafka_flush(client, 100)
            rd_kafka_destroy(client)
        }

        func awaitServers(milliseconds: Int32) throws(BrokerError) {
            var metadata: UnsafePointer<rd_kafka_metadata>?
            let status = rd_kafka_metadata(client, 0, nil, &metadata, milliseconds)
            if let metadata { rd_kafka_metadata_destroy(metadata) }
            rd_kafka_poll(client, 0)
            guard status == RD_KAFKA_RESP_ERR_NO_ERROR else { throw failure(status) }
        }

        /// Sends messages and waits until all are delivered or have failed.
        func publish(
            _ events: [OutgoingEvent], topic: String, environment: String, byConversation: Bool, patience: Duration
        ) -> PublishOutcome {
            let deadline = ContinuousClock.now + patience
            reports.first += UInt(reports.results.count)
            reports.results = Array(repeating: nil, count: events.count)
            reports.open = 0
            var refused: (index: Int, status: rd_kafka_resp_err_t)?
            for (index, event) in events.enumerated() {
                let status = produce(event, index, topic, environment, byConversation, until: deadline)
                guard status == RD_KAFKA_RESP_ERR_NO_ERROR else {
                    refused = (index, status)
                    break
                }
                reports.open += 1
            }
            while reports.open > 0, ContinuousClock.now < deadline { rd_kafka_poll(client, 50) }
            if let refused { reports.results[refused.index] = refused.status }
            let confirmed = reports.results.prefix { $0 == RD_KAFKA_RESP_ERR_NO_ERROR }.count
            guard confirmed < events.count else { return PublishOutcome(confirmed: confirmed) }
            return PublishOutcome(
                confirmed: confirmed, failure: failure(reports.results[confirmed] ?? RD_KAFKA_RESP_ERR__MSG_TIMED_OUT))
        }

        /// Hands one message over, waiting while the client's queue is full.
        private func produce(
            _ event: OutgoingEvent, _ index: Int, _ topic: String, _ environment: String, _ byConversation: Bool,
            until deadline: ContinuousClock.Instant
        ) -> rd_kafka_resp_err_t {
            let key = byConversation ? Array(event.conversation.utf8) : nil
            while true {
                let status = event.body.withUnsafeBytes { body in
                    (key ?? []).withUnsafeBytes { bytes in
                        parley_kafka_produce(
                            client, topic, key == nil ? nil : bytes.baseAddress, bytes.count, body.baseAddress,
                            body.count, environment, event.id, Int(reports.first) + index)
                    }
                }
                guard status == RD_KAFKA_RESP_ERR__QUEUE_FULL, ContinuousClock.now < deadline else { return status }
                rd_kafka_poll(client, 50)
            }
        }

        private func failure(_ status: rd_kafka_resp_err_t) -> BrokerError {
            let words = String(cString: rd_kafka_err2str(status))
            switch status {
            case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, RD_KAFKA_RESP_ERR_INVALID_MSG_SIZE,
                RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE:
                return BrokerError(.refusedEvent, words)
            case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, RD_KAFKA_RESP_ERR__AUTHENTICATION:
                return BrokerError(.refused, words)
            default:
                return BrokerError(
                    .unreachable, reports.lastFault.isEmpty ? words : "\(words); last fault: \(reports.lastFault)")
            }
        }

        private static func reports(_ opaque: UnsafeMutableRawPointer?) -> Reports? {
            opaque.map { Unmanaged<Reports>.fromOpaque($0).takeUnretainedValue() }
        }
    }
#endif

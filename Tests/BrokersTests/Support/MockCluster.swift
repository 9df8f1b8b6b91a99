#if Kafka
    import CRDKafka
    import Foundation

    @testable import Brokers

    /// The cluster that librdkafka brings for tests, in this process.
    final class MockCluster {
        struct Message {
            let key: String?
            let body: String
            let partition: Int
            let headers: [String: String]
        }

        private let client: OpaquePointer
        private let cluster: OpaquePointer

        init(partitions: Int32) throws {
            var text = [CChar](repeating: 0, count: 512)
            guard let client = rd_kafka_new(RD_KAFKA_PRODUCER, rd_kafka_conf_new(), &text, text.count),
                let cluster = rd_kafka_mock_cluster_new(client, 1)
            else { throw BrokerError(.refused, "no mock cluster") }
            self.client = client
            self.cluster = cluster
            rd_kafka_mock_topic_create(cluster, "events", partitions, 1)
        }

        deinit {
            rd_kafka_mock_cluster_destroy(cluster)
            rd_kafka_destroy(client)
        }

        var servers: String { String(cString: rd_kafka_mock_cluster_bootstraps(cluster)) }

        /// Lets the next requests to produce fail.
        func failProduce(_ errors: [rd_kafka_resp_err_t]) {
            rd_kafka_mock_push_request_errors_array(cluster, 0, errors.count, errors)
        }

        /// Reads the topic from its beginning until there are so many messages, or none come any more.
        func messages(count: Int) throws -> [Message] {
            var text = [CChar](repeating: 0, count: 512)
            let configuration = rd_kafka_conf_new()
            for (name, value) in [
                ("bootstrap.servers", servers), ("group.id", UUID().uuidString), ("auto.offset.reset", "earliest"),
            ] { rd_kafka_conf_set(configuration, name, value, &text, text.count) }
            guard let consumer = rd_kafka_new(RD_KAFKA_CONSUMER, configuration, &text, text.count) else {
                throw BrokerError(.refused, String(cString: text))
            }
            defer { rd_kafka_destroy(consumer) }
            let topics = rd_kafka_topic_partition_list_new(1)
            defer { rd_kafka_topic_partition_list_destroy(topics) }
            rd_kafka_topic_partition_list_add(topics, "events", -1)
            rd_kafka_subscribe(consumer, topics)
            var messages: [Message] = []
            let deadline = ContinuousClock.now + .seconds(20)
            while messages.count < count, ContinuousClock.now < deadline {
                guard let message = rd_kafka_consumer_poll(consumer, 200) else { continue }
                defer { rd_kafka_message_destroy(message) }
                guard message.pointee.err == RD_KAFKA_RESP_ERR_NO_ERROR else { continue }
                messages.append(Self.read(message))
            }
            rd_kafka_consumer_close(consumer)
            return messages
        }

        private static func read(_ message: UnsafeMutablePointer<rd_kafka_message_t>) -> Message {
            func text(_ bytes: UnsafeRawPointer?, _ count: Int) -> String {
                String(decoding: UnsafeRawBufferPointer(start: bytes, count: count), as: UTF8.self)
            }
            var headers: [String: String] = [:]
            var list: OpaquePointer?
            if rd_kafka_message_headers(message, &list) == RD_KAFKA_RESP_ERR_NO_ERROR, let list {
                var index = 0
                var name: UnsafePointer<CChar>?
                var value: UnsafeRawPointer?
                var size = 0
                while rd_kafka_header_get_all(list, index, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR {
                    if let name { headers[String(cString: name)] = text(value, size) }
                    index += 1
                }
            }
            let pointee = message.pointee
            return Message(
                key: pointee.key.map { text($0, pointee.key_len) }, body: text(pointee.payload, pointee.len),
                partition: Int(pointee.partition), headers: headers)
        }
    }
#endif

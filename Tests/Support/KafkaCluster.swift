#if Kafka
    import CRDKafka
    import Foundation

    /// The cluster of one server that librdkafka brings for tests, in this process, with the topic `events`. It forgets
    /// the oldest messages of a partition beyond 5 MB.
    package final class KafkaCluster: @unchecked Sendable {
        // @unchecked: the library's own locks guard what the pointers lead to.

        /// A message of the topic.
        package struct Message: Sendable, Hashable {
            /// What decides about the partition; nil for none.
            package let key: String?
            /// The content as text.
            package let body: String
            /// The partition's number.
            package let partition: Int
            /// The headers, their values as text.
            package let headers: [String: String]
        }

        /// A response of Kafka that says that a message was not taken.
        package enum Fault: Sendable {
            /// Another server has the partition.
            case notLeader
            /// The server was too slow.
            case timedOut
        }

        private let client: OpaquePointer
        private let cluster: OpaquePointer

        /// Starts a cluster whose topic has so many partitions.
        package init(partitions: Int32) throws {
            var text = [CChar](repeating: 0, count: 512)
            guard let client = rd_kafka_new(RD_KAFKA_PRODUCER, rd_kafka_conf_new(), &text, text.count),
                let cluster = rd_kafka_mock_cluster_new(client, 1)
            else { throw TestFailure("no mock cluster") }
            self.client = client
            self.cluster = cluster
            rd_kafka_mock_topic_create(cluster, "events", partitions, 1)
        }

        deinit {
            rd_kafka_mock_cluster_destroy(cluster)
            rd_kafka_destroy(client)
        }

        /// Where it is: `127.0.0.1:port`.
        package var servers: String { String(cString: rd_kafka_mock_cluster_bootstraps(cluster)) }

        /// Lets the next requests to produce fail.
        package func failProduce(_ faults: [Fault]) {
            let errors = faults.map { fault in
                switch fault {
                case .notLeader: RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION
                case .timedOut: RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT
                }
            }
            rd_kafka_mock_push_request_errors_array(cluster, 0, errors.count, errors)
        }

        /// Closes all connections and takes no more of them.
        package func stop() { rd_kafka_mock_broker_set_down(cluster, 1) }

        /// Takes connections again.
        package func start() { rd_kafka_mock_broker_set_up(cluster, 1) }

        /// Keeps every response back for so long.
        package func delayResponses(milliseconds: Int32) { rd_kafka_mock_broker_set_rtt(cluster, 1, milliseconds) }

        /// Reads the topic from its beginning until there are so many messages, or none come any more.
        package func messages(count: Int) throws -> [Message] {
            try read(within: .seconds(20)) { messages, _ in messages >= count }
        }

        /// Reads the topic from its beginning until no more messages have come for so many seconds.
        package func messages(quietFor seconds: Double) throws -> [Message] {
            try read(within: .seconds(60)) { messages, last in messages > 0 && last + .seconds(seconds) < .now }
        }

        private func read(
            within limit: Duration, until isEnough: (Int, ContinuousClock.Instant) -> Bool
        ) throws -> [Message] {
            var text = [CChar](repeating: 0, count: 512)
            let configuration = rd_kafka_conf_new()
            for (name, value) in [
                ("bootstrap.servers", servers), ("group.id", UUID().uuidString), ("auto.offset.reset", "earliest"),
            ] { rd_kafka_conf_set(configuration, name, value, &text, text.count) }
            guard let consumer = rd_kafka_new(RD_KAFKA_CONSUMER, configuration, &text, text.count) else {
                throw TestFailure(
                    String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self))
            }
            defer { rd_kafka_destroy(consumer) }
            let topics = rd_kafka_topic_partition_list_new(1)
            defer { rd_kafka_topic_partition_list_destroy(topics) }
            rd_kafka_topic_partition_list_add(topics, "events", -1)
            rd_kafka_subscribe(consumer, topics)
            var messages: [Message] = []
            var last = ContinuousClock.now
            let deadline = last + limit
            while !isEnough(messages.count, last), ContinuousClock.now < deadline {
                guard let message = rd_kafka_consumer_poll(consumer, 200) else { continue }
                defer { rd_kafka_message_destroy(message) }
                guard message.pointee.err == RD_KAFKA_RESP_ERR_NO_ERROR else { continue }
                messages.append(Self.read(message))
                last = .now
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

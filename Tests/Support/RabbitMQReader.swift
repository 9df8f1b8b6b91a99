import CDispatch

#if RabbitMQ
    import CRabbitMQ
    import Glibc

    /// Takes messages out of a queue.
    package final class RabbitMQReader {
        /// A message with the properties that matter to Parley.
        package struct Message: Sendable, Hashable {
            /// The bytes.
            package let body: [UInt8]
            /// The message's stable name.
            package let id: String
            /// The application; nil for none.
            package let app: String?
            /// 2 for messages that survive a restart.
            package let deliveryMode: Int
            /// Its priority; nil where it has none.
            package let priority: Int?
            /// Headers whose values are texts; nil where the message has no headers, not even none.
            package let headers: [String: String]?

            /// The body as text.
            package var text: String { String(decoding: body, as: UTF8.self) }
        }

        private var state: amqp_connection_state_t?
        private let port: Int

        /// Connects as `guest`.
        package init(port: Int) throws {
            self.port = port
            state = try Self.connect(port)
        }

        private static func connect(_ port: Int) throws -> amqp_connection_state_t {
            guard let state = amqp_new_connection(), let socket = amqp_tcp_socket_new(state) else {
                throw TestFailure("no memory")
            }
            let status = amqp_socket_open(socket, "127.0.0.1", Int32(port))
            guard status == AMQP_STATUS_OK.rawValue,
                parley_amqp_login(state, "/", "guest", "guest").reply_type == AMQP_RESPONSE_NORMAL
            else { throw TestFailure("no connection to RabbitMQ: \(status)") }
            var patience = timeval(tv_sec: 10, tv_usec: 0)
            amqp_set_rpc_timeout(state, &patience)
            _ = amqp_channel_open(state, 1)
            return state
        }

        deinit { end() }

        private func end() {
            if let state { amqp_destroy_connection(state) }
            state = nil
        }

        /// All messages that are in the queue now.
        package func messages(in queue: String) -> [Message] {
            var messages: [Message] = []
            while let message = next(in: queue) { messages.append(message) }
            return messages
        }

        private func next(in queue: String) -> Message? {
            if state == nil { state = try? Self.connect(port) }
            guard let state else { return nil }
            let reply = queue.withCString { amqp_basic_get(state, 1, amqp_cstring_bytes($0), 1) }
            guard reply.reply_type == AMQP_RESPONSE_NORMAL else {
                // A queue that is not there yet costs the channel.
                end()
                return nil
            }
            defer { amqp_maybe_release_buffers(state) }
            guard parley_amqp_is_message(reply) != 0 else { return nil }
            var message = amqp_message_t()
            guard amqp_read_message(state, 1, &message, 0).reply_type == AMQP_RESPONSE_NORMAL else { return nil }
            defer { amqp_destroy_message(&message) }
            let properties = message.properties
            var headers: [String: String] = [:]
            for index in 0..<Int(properties.headers.num_entries) {
                let entry = properties.headers.entries[index]
                if entry.value.kind == UInt8(ascii: "S") {
                    headers[Self.text(entry.key)] = Self.text(entry.value.value.bytes)
                }
            }
            func has(_ flag: Int32) -> Bool { properties._flags & UInt32(flag) != 0 }
            return Message(
                body: Self.bytes(message.body), id: Self.text(properties.message_id),
                app: has(AMQP_BASIC_APP_ID_FLAG) ? Self.text(properties.app_id) : nil,
                deliveryMode: Int(properties.delivery_mode),
                priority: has(AMQP_BASIC_PRIORITY_FLAG) ? Int(properties.priority) : nil,
                headers: has(AMQP_BASIC_HEADERS_FLAG) ? headers : nil)
        }

        private static func bytes(_ bytes: amqp_bytes_t) -> [UInt8] {
            Array(UnsafeRawBufferPointer(start: bytes.bytes, count: bytes.len))
        }

        private static func text(_ bytes: amqp_bytes_t) -> String { String(decoding: self.bytes(bytes), as: UTF8.self) }
    }
#endif

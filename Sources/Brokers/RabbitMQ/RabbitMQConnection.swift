import System

#if RabbitMQ
    import CRabbitMQ
    import Encodings
    import Glibc

    /// One connection to RabbitMQ with one channel, whose messages are confirmed.
    final class RabbitMQConnection {
        private static let channel: amqp_channel_t = 1

        private let state: amqp_connection_state_t
        private let patience: Int
        /// The number of the last message on this channel.
        private var lastTag: UInt64 = 0
        private var isOpen = false

        /// Connects the socket.
        ///
        /// - Parameter patience: Seconds for each step.
        init(_ address: RabbitMQAddress, patience: Int) throws(BrokerError) {
            guard let state = amqp_new_connection() else { throw BrokerError(.unreachable, "out of memory") }
            self.state = state
            self.patience = patience
            let socket =
                try address.tls.map { (tls) throws(BrokerError) in try Self.encrypted(state, tls) }
                ?? amqp_tcp_socket_new(state)
            guard let socket else { throw BrokerError(.unreachable, "out of memory") }
            var time = timeval(tv_sec: patience, tv_usec: 0)
            amqp_set_handshake_timeout(state, &time)
            amqp_set_rpc_timeout(state, &time)
            let status = amqp_socket_open_noblock(socket, address.host, Int32(address.port), &time)
            guard status != AMQP_STATUS_SOCKET_ERROR.rawValue else {
                // The library has no more to say about it.
                throw BrokerError(.unreachable, "nothing responds at \(address.host), port \(address.port)")
            }
            try Self.check(status)
            // A network that swallows everything ends the connection, also while something is written.
            var milliseconds = UInt32(patience * 1000)
            let number = amqp_get_sockfd(state)
            setsockopt(number, Int32(IPPROTO_TCP), TCP_USER_TIMEOUT, &milliseconds, 4)
            var on: Int32 = 1
            setsockopt(number, SOL_SOCKET, SO_KEEPALIVE, &on, 4)
            _ = fcntl(number, F_SETFD, FD_CLOEXEC)
        }

        deinit {
            if isOpen {
                var time = timeval(tv_sec: 1, tv_usec: 0)
                amqp_set_rpc_timeout(state, &time)
                _ = amqp_connection_close(state, AMQP_REPLY_SUCCESS)
            }
            amqp_destroy_connection(state)
        }

        /// Says who we are and opens the channel.
        func logIn(virtualHost: String, user: String, password: String?) throws(BrokerError) {
            try check(parley_amqp_login(state, virtualHost, user, password))
            isOpen = true
            _ = amqp_channel_open(state, Self.channel)
            try check(amqp_get_rpc_reply(state))
            _ = amqp_confirm_select(state, Self.channel)
            try check(amqp_get_rpc_reply(state))
        }

        func declare(exchange: String, queues: [String]) throws(BrokerError) {
            try Self.withBytes(exchange) { (exchange) throws(BrokerError) in
                try Self.withBytes("fanout") { (kind) throws(BrokerError) in
                    _ = amqp_exchange_declare(
                        state, Self.channel, exchange, kind, 0, 0, 0, 0, amqp_table_t(num_entries: 0, entries: nil))
                    try check(amqp_get_rpc_reply(state))
                }
                for queue in queues {
                    try Self.withBytes(queue) { (queue) throws(BrokerError) in
                        _ = amqp_queue_declare(
                            state, Self.channel, queue, 0, 1, 0, 0, amqp_table_t(num_entries: 0, entries: nil))
                        try check(amqp_get_rpc_reply(state))
                        _ = amqp_queue_bind(
                            state, Self.channel, queue, exchange, amqp_bytes_t(len: 0, bytes: nil),
                            amqp_table_t(num_entries: 0, entries: nil))
                        try check(amqp_get_rpc_reply(state))
                    }
                }
            }
        }

        /// Sends messages and waits for their confirmations.
        func publish(
            _ events: [OutgoingEvent], exchange: String, app: String?, header: (name: String, value: String)?
        ) -> PublishOutcome {
            let first = lastTag + 1
            for event in events {
                let status = event.body.withUnsafeBytes {
                    parley_amqp_publish(
                        state, exchange, $0.baseAddress, $0.count, event.id, app, header?.name, header?.value)
                }
                guard status == AMQP_STATUS_OK.rawValue else {
                    return PublishOutcome(confirmed: 0, failure: Self.failure(status))
                }
                lastTag += 1
            }
            var confirmations = Confirmations(first: first, count: events.count)
            let failure = awaitConfirmations(&confirmations)
            amqp_maybe_release_buffers(state)
            return PublishOutcome(confirmed: confirmations.confirmed, failure: failure)
        }

        private func awaitConfirmations(_ confirmations: inout Confirmations) -> BrokerError? {
            while !confirmations.areComplete {
                var tag: UInt64 = 0
                var multiple: Int32 = 0
                var code: Int32 = 0
                var text = [CChar](repeating: 0, count: 512)
                switch parley_amqp_next(state, Int32(patience * 1000), &tag, &multiple, &code, &text, text.count) {
                case PARLEY_AMQP_OTHER: continue
                case PARLEY_AMQP_ACK: confirmations.confirm(tag, multiple: multiple != 0)
                case PARLEY_AMQP_NACK:
                    return BrokerError(.unreachable, "the server did not take a message")
                case PARLEY_AMQP_RETURNED:
                    // The next connection declares the queues anew.
                    return BrokerError(.unreachable, "no queue took a message")
                case PARLEY_AMQP_CLOSED:
                    return BrokerError(
                        .unreachable, "the server closed the channel: \(String(cBuffer: text)) (\(code))")
                case PARLEY_AMQP_TIMEOUT:
                    return BrokerError(.unreachable, "the server did not confirm a message within \(patience) s")
                default: return Self.failure(code)
                }
            }
            return nil
        }

        private static func encrypted(
            _ state: amqp_connection_state_t, _ tls: RabbitMQAddress.TLS
        ) throws(BrokerError) -> OpaquePointer? {
            guard let socket = amqp_ssl_socket_new(state) else { return nil }
            amqp_ssl_socket_set_verify_peer(socket, tls.isVerified ? 1 : 0)
            amqp_ssl_socket_set_verify_hostname(socket, tls.isVerified ? 1 : 0)
            if let file = tls.certificateAuthorities {
                guard amqp_ssl_socket_set_cacert(socket, file) == 0 else {
                    throw BrokerError(.refused, "no certificates can be read from '\(file)' (cafile)")
                }
            } else {
                guard parley_amqp_trust(socket, tls.authoritiesDirectory) == 1 else {
                    throw BrokerError(
                        .refused,
                        "no certificates can be read from \(tls.authoritiesDirectory ?? "the system's directory")")
                }
            }
            if let certificate = tls.certificate {
                guard amqp_ssl_socket_set_key(socket, certificate, tls.key ?? certificate) == 0 else {
                    throw BrokerError(
                        .refused,
                        "no certificate and key can be read from '\(certificate)' and '\(tls.key ?? certificate)'")
                }
            }
            return socket
        }

        private func check(_ reply: amqp_rpc_reply_t) throws(BrokerError) {
            switch reply.reply_type {
            case AMQP_RESPONSE_NORMAL: return
            case AMQP_RESPONSE_SERVER_EXCEPTION:
                var code: Int32 = 0
                var text = [CChar](repeating: 0, count: 512)
                parley_amqp_reason(reply.reply, &code, &text, text.count)
                throw BrokerError(.refused, "the server refused: \(String(cBuffer: text)) (\(code))")
            case AMQP_RESPONSE_LIBRARY_EXCEPTION: throw Self.failure(reply.library_error)
            default: throw BrokerError(.unreachable, "the server did not respond")
            }
        }

        private static func check(_ status: Int32) throws(BrokerError) {
            guard status == AMQP_STATUS_OK.rawValue else { throw failure(status) }
        }

        private static func failure(_ status: Int32) -> BrokerError {
            switch status {
            case AMQP_STATUS_SSL_PEER_VERIFY_FAILED.rawValue:
                BrokerError(
                    .refused,
                    "its certificate is not of an authority that is trusted ('cafile' in its address names one)")
            case AMQP_STATUS_SSL_HOSTNAME_VERIFY_FAILED.rawValue:
                BrokerError(.refused, "its certificate is for another name than its address has")
            default: BrokerError(.unreachable, String(cString: amqp_error_string2(status)))
            }
        }

        private static func withBytes(
            _ text: String, _ body: (amqp_bytes_t) throws(BrokerError) -> Void
        ) throws(BrokerError) {
            var utf8 = Array(text.utf8)
            let count = utf8.count
            let result = utf8.withUnsafeMutableBytes { buffer in
                Result { () throws(BrokerError) in try body(amqp_bytes_t(len: count, bytes: buffer.baseAddress)) }
            }
            try result.get()
        }
    }
#endif

#if PostgreSQL
    import CPostgreSQL

    struct PostgreSQLParameters {
        private var entries: [(String, String)] = []

        init(_ configuration: SQLConfiguration) {
            let seconds = max(2, (configuration.connectTimeout.milliseconds + 999) / 1000)
            var given: [String: String] = [
                "dbname": configuration.database, "client_encoding": "UTF8", "fallback_application_name": "parley",
                "connect_timeout": String(seconds),
                // A peer that is gone without a word is noticed by the system too, on idle connections as well.
                "keepalives_idle": "30", "keepalives_interval": "5", "keepalives_count": "3",
                "tcp_user_timeout": String(configuration.timeout.milliseconds),
            ]
            given["host"] = configuration.host
            given["port"] = configuration.port.map(String.init)
            given["user"] = configuration.username
            given["password"] = configuration.password
            for (key, value) in configuration.options { given[key] = value }
            if let schema = configuration.schema {
                given["options"] = [given["options"], "-csearch_path=\(Self.escaped(schema))"]
                    .compactMap { $0 }.joined(separator: " ")
            }
            entries = given.sorted { $0.key < $1.key }
        }

        /// Connects and waits; the caller ends the connection, also a failed one.
        func connect() -> OpaquePointer? {
            let keys = Self.strings(entries.map(\.0))
            let values = Self.strings(entries.map(\.1))
            defer { for text in keys + values { text?.deallocate() } }
            return PQconnectdbParams(keys.map { UnsafePointer($0) }, values.map { UnsafePointer($0) }, 0)
        }

        /// Blanks and backslashes end or change words in the server's options.
        private static func escaped(_ schema: String) -> String {
            schema.reduce(into: "") { text, character in
                if character == " " || character == "\\" { text.append("\\") }
                text.append(character)
            }
        }

        private static func strings(_ texts: [String]) -> [UnsafeMutablePointer<CChar>?] {
            texts.map { text in
                let bytes = text.utf8CString
                let copy = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count)
                copy.initialize(from: Array(bytes), count: bytes.count)
                return copy
            } + [nil]
        }
    }
#endif

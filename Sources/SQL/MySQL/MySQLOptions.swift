#if MySQL
    import CMariaDB

    /// A configuration in libmariadb's options. Keys of `query` are those that PyMySQL knows.
    struct MySQLOptions {
        private var socket: String?

        /// Sets the options of a connection that is not made yet.
        ///
        /// - Throws: ``SQLError`` with `.denied` for an option that is not supported.
        init(_ configuration: SQLConfiguration, _ connection: UnsafeMutablePointer<MYSQL>) throws(SQLError) {
            let connect = max(1, (configuration.connectTimeout.milliseconds + 999) / 1000)
            let response = max(1, (configuration.timeout.milliseconds + 999) / 1000)
            var numbers: [(mysql_option, Int)] = [
                (MYSQL_OPT_CONNECT_TIMEOUT, connect), (MYSQL_OPT_READ_TIMEOUT, response),
                (MYSQL_OPT_WRITE_TIMEOUT, response),
            ]
            var charset = "utf8mb4"
            for (key, value) in configuration.options.sorted(by: { $0.key < $1.key }) {
                switch key {
                case "charset": charset = value
                case "unix_socket": socket = value
                case "connect_timeout": numbers.append((MYSQL_OPT_CONNECT_TIMEOUT, try Self.seconds(key, value)))
                case "read_timeout": numbers.append((MYSQL_OPT_READ_TIMEOUT, try Self.seconds(key, value)))
                case "write_timeout": numbers.append((MYSQL_OPT_WRITE_TIMEOUT, try Self.seconds(key, value)))
                case "ssl_ca": mysql_options(connection, MYSQL_OPT_SSL_CA, value)
                case "ssl_cert": mysql_options(connection, MYSQL_OPT_SSL_CERT, value)
                case "ssl_key": mysql_options(connection, MYSQL_OPT_SSL_KEY, value)
                case "ssl_verify_cert", "ssl_verify_identity":
                    var isOn: my_bool = ["true", "1", "yes"].contains(value.lowercased()) ? 1 : 0
                    mysql_options(connection, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, &isOn)
                default:
                    throw SQLError(
                        .denied,
                        "the option '\(key)' of 'query' is not supported for MySQL (supported: charset, connect_timeout,"
                            + " read_timeout, ssl_ca, ssl_cert, ssl_key, ssl_verify_cert, ssl_verify_identity,"
                            + " unix_socket, write_timeout)")
                }
            }
            guard charset.lowercased().hasPrefix("utf8") else {
                throw SQLError(.denied, "the option 'charset' of 'query' must be utf8mb4")
            }
            mysql_options(connection, MYSQL_SET_CHARSET_NAME, "utf8mb4")
            if socket == nil {
                var tcp = MYSQL_PROTOCOL_TCP.rawValue
                mysql_options(connection, MYSQL_OPT_PROTOCOL, &tcp)
            }
            for (option, number) in numbers {
                var value = UInt32(clamping: number)
                mysql_options(connection, option, &value)
            }
        }

        private static func seconds(_ key: String, _ value: String) throws(SQLError) -> Int {
            guard let seconds = Int(value), seconds > 0 else {
                throw SQLError(.denied, "the option '\(key)' of 'query' must be a whole number of seconds above 0")
            }
            return seconds
        }

        /// Connects and waits. Without `unix_socket` it is over TCP, also to `localhost`, as PyMySQL does.
        func connect(_ configuration: SQLConfiguration, _ connection: UnsafeMutablePointer<MYSQL>) -> Bool {
            mysql_real_connect(
                connection, configuration.host, configuration.username, configuration.password,
                configuration.database, UInt32(configuration.port ?? 0), socket, 0) != nil
        }
    }
#endif

#if PostgreSQL
    import CPostgreSQL
    import Logging

    /// What a server says beside its responses, which libpq would write to standard error.
    enum PostgreSQLNotices {
        /// Has the notices of a connection logged.
        static func log(from connection: OpaquePointer) {
            PQsetNoticeReceiver(
                connection,
                { _, result in
                    guard let result else { return }
                    PostgreSQLNotices.log(result)
                }, nil)
        }

        private static func log(_ result: OpaquePointer) {
            let severity = field("V", result) ?? field("S", result) ?? ""
            var metadata: Logger.Metadata = ["severity": "\(severity)"]
            metadata["code"] = field("C", result).map { "\($0)" }
            metadata["text"] = "\(field("M", result) ?? "")"
            Logger(label: "parley.postgresql").log(
                level: severity == "WARNING" ? .warning : .info, "The database server has a notice", metadata: metadata)
        }

        private static func field(_ code: Unicode.Scalar, _ result: OpaquePointer) -> String? {
            PQresultErrorField(result, Int32(code.value)).map { String(cString: $0) }
        }
    }
#endif

#if PostgreSQL
    import CPostgreSQL

    /// Values and statements in the text form of the protocol.
    enum PostgreSQLText {
        /// `?` becomes `$1`, `$2` and so on.
        static func numbered(_ text: String) -> String {
            var result = ""
            var number = 0
            for character in text.unicodeScalars {
                guard character == "?" else {
                    result.unicodeScalars.append(character)
                    continue
                }
                number += 1
                result += "$\(number)"
            }
            return result
        }

        /// The type that a value is sent as; a missing value takes that of its place.
        static func type(of value: SQLValue) -> Oid {
            switch value {
            case .null: 0
            case .integer: 20
            case .real: 701
            case .text: 25
            }
        }

        static func text(of value: SQLValue) -> String? {
            switch value {
            case .null: nil
            case .integer(let value): String(value)
            case .real(let value): String(value)
            case .text(let value): value
            }
        }
    }

    extension SQLResult {
        init(_ result: OpaquePointer) {
            self.init()
            let columns = PQnfields(result)
            let types = (0..<columns).map { PQftype(result, $0) }
            rows = (0..<PQntuples(result)).map { row in
                (0..<columns).map { column in
                    guard PQgetisnull(result, row, column) == 0 else { return .null }
                    let count = Int(PQgetlength(result, row, column))
                    let bytes = UnsafeRawBufferPointer(start: PQgetvalue(result, row, column), count: count)
                    let text = String(decoding: bytes, as: UTF8.self)
                    switch types[Int(column)] {
                    case 20, 21, 23: return Int(text).map { .integer($0) } ?? .text(text)
                    case 16: return .integer(text == "t" ? 1 : 0)
                    case 700, 701: return Double(text).map { .real($0) } ?? .text(text)
                    default: return .text(text)
                    }
                }
            }
            changes = PQcmdTuples(result).flatMap { Int(String(cString: $0)) } ?? 0
        }
    }

    enum PostgreSQLFailure {
        static func error(_ result: OpaquePointer) -> SQLError {
            let state = PQresultErrorField(result, Int32(UInt8(ascii: "C"))).map { String(cString: $0) } ?? ""
            let primary = PQresultErrorField(result, Int32(UInt8(ascii: "M"))).map { String(cString: $0) }
            let words = primary ?? String(cString: PQresultErrorMessage(result))
            return SQLError(code(state), "PostgreSQL server: \(words)\(state.isEmpty ? "" : " (\(state))")")
        }

        /// The kind of a login that the server refused; it says so in words alone.
        static func loginCode(_ words: String) -> SQLError.Code {
            let passing = ["starting up", "shutting down", "recovery", "too many", "remaining connection slots"]
            return passing.contains(where: words.contains) ? .unreachable : .denied
        }

        private static func code(_ state: String) -> SQLError.Code {
            switch state {
            // Serialisation failure, deadlock.
            case "40001", "40P01": .conflict
            // Cancelled by the time limit, or the server is ending, full or out of resources.
            case "57014": .unreachable
            // The server ends the connection; whether it had committed is not known.
            case "57P01", "57P02", "": .interrupted
            case "42501": .denied
            case "22001", "54000": .valueTooLong
            case _ where ["53", "57", "58", "08"].contains(state.prefix(2)): .unreachable
            default: .refused
            }
        }
    }
#endif

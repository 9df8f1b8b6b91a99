#if MySQL
    import CMariaDB

    final class MySQLStatement {
        private let statement: UnsafeMutablePointer<MYSQL_STMT>

        /// - Returns: Nil without memory.
        init?(_ connection: UnsafeMutablePointer<MYSQL>) {
            guard let statement = mysql_stmt_init(connection) else { return nil }
            self.statement = statement
        }

        deinit { mysql_stmt_close(statement) }

        func prepare(_ text: String) -> Bool {
            mysql_stmt_prepare(statement, text, UInt(text.utf8.count)) == 0
        }

        /// Gives number and words of the last error.
        func withError<Result>(_ body: (UInt32, UnsafePointer<CChar>?) -> Result) -> Result {
            body(mysql_stmt_errno(statement), mysql_stmt_error(statement))
        }

        /// Sends the values and reads what comes back; nil for an error.
        func run(_ values: [SQLValue]) -> SQLResult? {
            guard Int(mysql_stmt_param_count(statement)) == values.count else { return nil }
            let memory = MySQLValues(values)
            guard values.isEmpty || mysql_stmt_bind_param(statement, memory.binds) == 0,
                mysql_stmt_execute(statement) == 0
            else { return nil }
            defer { mysql_stmt_free_result(statement) }
            var result = SQLResult()
            guard let columns = mysql_stmt_result_metadata(statement) else {
                result.changes = Int(mysql_stmt_affected_rows(statement))
                return result
            }
            defer { mysql_free_result(columns) }
            let types = (0..<mysql_num_fields(columns)).map { mysql_fetch_field_direct(columns, $0).pointee.type }
            guard mysql_stmt_store_result(statement) == 0 else { return nil }
            return rows(types).map { rows in
                result.rows = rows
                return result
            }
        }

        private func rows(_ types: [enum_field_types]) -> [[SQLValue]]? {
            // Nothing is fetched into these: they say the lengths, and every value is then fetched as long as it is.
            let checks = MySQLValues(checks: types.count)
            guard mysql_stmt_bind_result(statement, checks.binds) == 0 else { return nil }
            var rows: [[SQLValue]] = []
            while true {
                switch mysql_stmt_fetch(statement) {
                case 0, MYSQL_DATA_TRUNCATED: break
                case MYSQL_NO_DATA: return rows
                default: return nil
                }
                var row: [SQLValue] = []
                for (index, type) in types.enumerated() {
                    guard let value = value(index, type, checks) else { return nil }
                    row.append(value)
                }
                rows.append(row)
            }
        }

        private func value(_ index: Int, _ type: enum_field_types, _ checks: MySQLValues) -> SQLValue? {
            guard !checks.isNull(index) else { return .null }
            switch type {
            case MYSQL_TYPE_TINY, MYSQL_TYPE_SHORT, MYSQL_TYPE_LONG, MYSQL_TYPE_INT24, MYSQL_TYPE_LONGLONG:
                return number(index, MYSQL_TYPE_LONGLONG, Int64(0)).map { .integer(Int($0)) }
            case MYSQL_TYPE_FLOAT, MYSQL_TYPE_DOUBLE, MYSQL_TYPE_DECIMAL, MYSQL_TYPE_NEWDECIMAL:
                return number(index, MYSQL_TYPE_DOUBLE, Double(0)).map { .real($0) }
            default: return text(index, checks.length(index)).map { .text($0) }
            }
        }

        private func number<Number: BitwiseCopyable>(
            _ index: Int, _ type: enum_field_types, _ zero: Number
        ) -> Number? {
            var bind = MYSQL_BIND()
            var number = zero
            let isRead = withUnsafeMutableBytes(of: &number) { bytes in
                bind.buffer_type = type
                bind.buffer = bytes.baseAddress
                bind.buffer_length = UInt(bytes.count)
                return mysql_stmt_fetch_column(statement, &bind, UInt32(index), 0) == 0
            }
            return isRead ? number : nil
        }

        private func text(_ index: Int, _ count: Int) -> String? {
            guard count > 0 else { return "" }
            var isRead = false
            let text = String(unsafeUninitializedCapacity: count) { bytes in
                var bind = MYSQL_BIND()
                var length: UInt = 0
                bind.buffer_type = MYSQL_TYPE_STRING
                bind.buffer = UnsafeMutableRawPointer(bytes.baseAddress)
                bind.buffer_length = UInt(count)
                return withUnsafeMutablePointer(to: &length) { length in
                    bind.length = length
                    isRead = mysql_stmt_fetch_column(statement, &bind, UInt32(index), 0) == 0
                    return isRead ? count : 0
                }
            }
            return isRead ? text : nil
        }
    }

    /// The memory that libmariadb reads values from and writes lengths to.
    final class MySQLValues {
        let binds: UnsafeMutablePointer<MYSQL_BIND>
        private let lengths: UnsafeMutablePointer<UInt>
        private let nulls: UnsafeMutablePointer<my_bool>
        private var buffers: [UnsafeMutableRawPointer] = []

        private init(count: Int) {
            binds = .allocate(capacity: max(count, 1))
            binds.initialize(repeating: MYSQL_BIND(), count: max(count, 1))
            lengths = .allocate(capacity: max(count, 1))
            lengths.initialize(repeating: 0, count: max(count, 1))
            nulls = .allocate(capacity: max(count, 1))
            nulls.initialize(repeating: 0, count: max(count, 1))
            for index in 0..<count {
                binds[index].length = lengths + index
                binds[index].is_null = nulls + index
            }
        }

        /// Places for the lengths of a row's values.
        convenience init(checks count: Int) {
            self.init(count: count)
            for index in 0..<count { binds[index].buffer_type = MYSQL_TYPE_STRING }
        }

        convenience init(_ values: [SQLValue]) {
            self.init(count: values.count)
            for (index, value) in values.enumerated() { set(value, index) }
        }

        deinit {
            for buffer in buffers { buffer.deallocate() }
            binds.deallocate()
            lengths.deallocate()
            nulls.deallocate()
        }

        func isNull(_ index: Int) -> Bool { nulls[index] != 0 }

        func length(_ index: Int) -> Int { Int(lengths[index]) }

        private func set(_ value: SQLValue, _ index: Int) {
            switch value {
            case .null:
                binds[index].buffer_type = MYSQL_TYPE_NULL
                nulls[index] = 1
            case .integer(let number):
                binds[index].buffer_type = MYSQL_TYPE_LONGLONG
                store(bytes(of: Int64(number)), index)
            case .real(let number):
                binds[index].buffer_type = MYSQL_TYPE_DOUBLE
                store(bytes(of: number), index)
            case .text(let text):
                binds[index].buffer_type = MYSQL_TYPE_STRING
                store(Array(text.utf8), index)
            }
        }

        private func bytes(of value: some BitwiseCopyable) -> [UInt8] {
            withUnsafeBytes(of: value) { Array($0) }
        }

        private func store(_ bytes: [UInt8], _ index: Int) {
            let buffer = UnsafeMutableRawPointer.allocate(byteCount: max(bytes.count, 1), alignment: 8)
            buffer.copyMemory(from: bytes, byteCount: bytes.count)
            buffers.append(buffer)
            binds[index].buffer = buffer
            binds[index].buffer_length = UInt(bytes.count)
            lengths[index] = UInt(bytes.count)
        }
    }
#endif

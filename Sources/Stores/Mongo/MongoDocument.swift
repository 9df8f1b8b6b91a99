#if MongoDB
    import CMongoC
    import JSON
    import System

    /// A document of the library.
    final class MongoDocument {
        let pointer: OpaquePointer
        private let memory = MongoDocument.room()

        /// An empty one, which also is what the library begins a response with.
        init() {
            pointer = OpaquePointer(memory)
            bson_init(pointer)
        }

        deinit {
            bson_destroy(pointer)
            memory.deallocate()
        }

        /// How many levels deep documents may be nested; MongoDB itself stores less.
        fileprivate static let maxDepth = 250

        /// Memory for a document or an iterator of the library; both types are too aligned for Swift.
        fileprivate static func room() -> UnsafeMutableRawPointer { .allocate(byteCount: 128, alignment: 128) }
    }

    // MARK: Writing

    extension MongoDocument {
        /// A document for a request.
        ///
        /// - Throws: ``MongoError`` with `.refused` for what MongoDB cannot store.
        convenience init(_ members: JSONObject) throws(MongoError) {
            self.init()
            for (name, value) in members { try Self.append(value, name, to: pointer, depth: 1) }
        }

        private static func append(
            _ value: JSON, _ name: String, to document: OpaquePointer, depth: Int
        ) throws(MongoError) {
            guard !name.utf8.contains(0) else {
                throw MongoError(.refused, "a name has a zero byte, which MongoDB cannot store")
            }
            let length = Int32(clamping: name.utf8.count)
            let fits =
                switch value {
                case .null: bson_append_null(document, name, length)
                case .bool(let value): bson_append_bool(document, name, length, value)
                case .int(let value): append(value, name, length, to: document)
                case .largeInteger(let value): append(value, name, length, to: document)
                case .double(let value): bson_append_double(document, name, length, value)
                case .string(let value): append(value, name, length, to: document)
                case .array(let elements):
                    try append(name, length, to: document, bson_append_array_begin, bson_append_array_end, depth) {
                        (array) throws(MongoError) in
                        for (index, element) in elements.enumerated() {
                            try append(element, String(index), to: array, depth: depth + 1)
                        }
                    }
                case .object(let members):
                    try append(name, length, to: document, bson_append_document_begin, bson_append_document_end, depth)
                    { (object) throws(MongoError) in
                        for (name, value) in members { try append(value, name, to: object, depth: depth + 1) }
                    }
                }
            guard fits else { throw MongoError(.refused, "the document is too large") }
        }

        /// In four bytes where the number fits, as the clients of MongoDB for Python write it.
        private static func append(_ number: Int, _ name: String, _ length: Int32, to document: OpaquePointer) -> Bool {
            if let small = Int32(exactly: number) { return bson_append_int32(document, name, length, small) }
            return bson_append_int64(document, name, length, Int64(number))
        }

        /// As a decimal number where that has room for all digits, else as text.
        private static func append(
            _ number: LargeInteger, _ name: String, _ length: Int32, to document: OpaquePointer
        ) -> Bool {
            let digits = number.description
            var decimal = bson_decimal128_t()
            guard digits.utf8.count - (number.isNegative ? 1 : 0) <= 34,
                bson_decimal128_from_string_w_len(digits, Int32(digits.utf8.count), &decimal)
            else { return append(digits, name, length, to: document) }
            return bson_append_decimal128(document, name, length, &decimal)
        }

        private static func append(_ text: String, _ name: String, _ length: Int32, to document: OpaquePointer) -> Bool
        {
            bson_append_utf8(document, name, length, text, Int32(clamping: text.utf8.count))
        }

        private static func append(
            _ name: String, _ length: Int32, to document: OpaquePointer,
            _ begin: (OpaquePointer?, UnsafePointer<CChar>?, Int32, OpaquePointer?) -> Bool,
            _ end: (OpaquePointer?, OpaquePointer?) -> Bool, _ depth: Int,
            _ fill: (OpaquePointer) throws(MongoError) -> Void
        ) throws(MongoError) -> Bool {
            guard depth < maxDepth else {
                throw MongoError(.refused, "values are nested more than \(maxDepth) levels deep")
            }
            let memory = room()
            defer { memory.deallocate() }
            let child = OpaquePointer(memory)
            guard begin(document, name, length, child) else { return false }
            try fill(child)
            return end(document, child)
        }
    }

    // MARK: Reading

    extension MongoDocument {
        /// What ``read(_:)`` finds in this one, which lives as long as that takes.
        func read() throws(MongoError) -> JSONObject { try Self.read(pointer) }

        /// The members of a document, but for those that are, or hold, something of a kind that JSON has not.
        ///
        /// - Throws: ``MongoError`` where it is no valid document.
        static func read(_ document: OpaquePointer) throws(MongoError) -> JSONObject {
            guard let data = bson_get_data(document) else { return [:] }
            let length = UnsafeRawPointer(data).loadUnaligned(as: UInt32.self).littleEndian
            var members = JSONObject()
            try forEachMember(of: data, length, depth: 0) { members[$0] = $1 }
            return members
        }

        private static func forEachMember(
            of data: UnsafePointer<UInt8>?, _ length: UInt32, depth: Int, _ take: (String, JSON?) -> Void
        ) throws(MongoError) {
            let memory = room()
            defer { memory.deallocate() }
            let iterator = OpaquePointer(memory)
            guard depth < maxDepth, bson_iter_init_from_data(iterator, data, Int(length)) else { throw invalid }
            while bson_iter_next(iterator) {
                take(String(cString: bson_iter_key(iterator)), try value(at: iterator, depth: depth))
            }
            // An iterator stops before what it cannot read, as it does before the zero byte at the end.
            guard bson_iter_offset(iterator) + 1 == length else { throw invalid }
        }

        private static var invalid: MongoError { MongoError(.unreachable, "what MongoDB sent is not valid BSON") }

        /// The value at an iterator's place; nil for one of a kind that JSON has not.
        private static func value(at iterator: OpaquePointer, depth: Int) throws(MongoError) -> JSON? {
            var length: UInt32 = 0
            switch bson_iter_type(iterator) {
            case BSON_TYPE_NULL: return .null
            case BSON_TYPE_BOOL: return .bool(bson_iter_bool(iterator))
            case BSON_TYPE_INT32, BSON_TYPE_INT64: return .int(Int(bson_iter_as_int64(iterator)))
            case BSON_TYPE_DOUBLE: return .double(bson_iter_double(iterator))
            case BSON_TYPE_UTF8:
                let text = bson_iter_utf8(iterator, &length)
                let bytes = UnsafeRawBufferPointer(start: text, count: Int(length))
                return .string(String(decoding: bytes, as: UTF8.self))
            case BSON_TYPE_DECIMAL128:
                var decimal = bson_decimal128_t()
                var text = [CChar](repeating: 0, count: Int(BSON_DECIMAL128_STRING))
                bson_iter_decimal128(iterator, &decimal)
                bson_decimal128_to_string(&decimal, &text)
                return .integer(String(cBuffer: text))
            case BSON_TYPE_ARRAY, BSON_TYPE_DOCUMENT:
                var data: UnsafePointer<UInt8>?
                let isArray = bson_iter_type(iterator) == BSON_TYPE_ARRAY
                if isArray {
                    bson_iter_array(iterator, &length, &data)
                } else {
                    bson_iter_document(iterator, &length, &data)
                }
                return try container(data, length, isArray: isArray, depth: depth + 1)
            default: return nil
            }
        }

        private static func container(
            _ data: UnsafePointer<UInt8>?, _ length: UInt32, isArray: Bool, depth: Int
        ) throws(MongoError) -> JSON? {
            var (elements, members, isJSON) = ([JSON](), JSONObject(), true)
            try forEachMember(of: data, length, depth: depth) { name, value in
                if let value {
                    if isArray { elements.append(value) } else { members[name] = value }
                } else {
                    isJSON = false
                }
            }
            return !isJSON ? nil : isArray ? .array(elements) : .object(members)
        }
    }
#endif

import OrderedCollections

#if MongoDB
    import BSON
    import CMongoC

    /// A document of the library.
    final class MongoDocument {
        let pointer: OpaquePointer
        private let memory: UnsafeMutableRawPointer?

        /// The size and the alignment of the library's type, which is too aligned for Swift.
        private static let size = 128

        /// Room for an answer, which the library begins.
        init() {
            let memory = UnsafeMutableRawPointer.allocate(byteCount: Self.size, alignment: Self.size)
            pointer = OpaquePointer(memory)
            bson_init(pointer)
            self.memory = memory
        }

        /// A document for a request.
        init(_ document: BSONDocument) throws(MongoError) {
            let bytes: [UInt8]
            do throws(BSONError) {
                bytes = try BSON.bytes(document)
            } catch {
                throw MongoError(.refused, "\(error)")
            }
            guard let made = bson_new_from_data(bytes, bytes.count) else {
                throw MongoError(.refused, "the document is too large")
            }
            pointer = made
            memory = nil
        }

        deinit {
            bson_destroy(pointer)
            memory?.deallocate()
        }

        static func read(_ document: OpaquePointer) throws(MongoError) -> BSONDocument {
            guard let data = bson_get_data(document) else { return [:] }
            let length = UnsafeRawPointer(data).loadUnaligned(as: Int32.self).littleEndian
            do throws(BSONError) {
                return try BSON.document(UnsafeBufferPointer(start: data, count: Int(length)))
            } catch {
                throw MongoError(.unreachable, "\(error)")
            }
        }
    }
#endif

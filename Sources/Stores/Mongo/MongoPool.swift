import ExactText

#if MongoDB
    import CMongoC
    import JSON
    import Synchronization

    /// The connections of one process to a MongoDB server over libmongoc, which any thread may use at once.
    final class MongoPool: @unchecked Sendable {
        // @unchecked: the library's pool may be used by several threads, and is destroyed after the last of them.
        private let pool: OpaquePointer
        private let configuration: MongoConfiguration

        /// libmongoc sets itself up at the first use, which must be one thread's.
        private static let library = Mutex(false)

        /// Reads the address; connects when it is needed.
        ///
        /// - Throws: ``MongoError`` for an address that cannot be used.
        init(_ configuration: MongoConfiguration) throws(MongoError) {
            Self.library.withLock { isReady in
                guard !isReady else { return }
                mongoc_init()
                // What goes wrong comes back as an error, and is told once.
                mongoc_log_set_handler(nil, nil)
                isReady = true
            }
            let uri = try configuration.uri()
            defer { mongoc_uri_destroy(uri) }
            var error = bson_error_t()
            guard let pool = mongoc_client_pool_new_with_error(uri, &error) else {
                throw MongoError(
                    .badAddress, "the address of MongoDB cannot be used: \(configuration.words(of: error))")
            }
            mongoc_client_pool_set_error_api(pool, MONGOC_ERROR_API_VERSION_2)
            self.pool = pool
            self.configuration = configuration
        }

        deinit { mongoc_client_pool_destroy(pool) }

        /// Sends a request and waits for the response.
        func run(_ request: MongoRequest) throws(MongoError) -> [JSONObject] {
            guard let client = mongoc_client_pool_pop(pool) else {
                throw MongoError(.unreachable, "no connection to MongoDB was free in time")
            }
            defer { mongoc_client_pool_push(pool, client) }
            let collection = mongoc_client_get_collection(client, configuration.database, configuration.collection)
            defer { mongoc_collection_destroy(collection) }
            switch request {
            case .aggregate(let stages): return try aggregate(stages, collection)
            case .update(let filter, let change, let makes):
                return [try update(filter, change, makes: makes, collection)]
            case .index(let name, let keys):
                let command: JSONObject = [
                    "createIndexes": .string(configuration.collection),
                    "indexes": [["key": .object(keys), "name": .string(name)]],
                ]
                return [try write(command, client)]
            }
        }

        private func aggregate(
            _ stages: [JSON], _ collection: OpaquePointer?
        ) throws(MongoError) -> [JSONObject] {
            let pipeline = try MongoDocument(["pipeline": .array(stages)])
            let primary = mongoc_read_prefs_new(MONGOC_READ_PRIMARY)
            defer { mongoc_read_prefs_destroy(primary) }
            let cursor = mongoc_collection_aggregate(collection, MONGOC_QUERY_NONE, pipeline.pointer, nil, primary)
            defer { mongoc_cursor_destroy(cursor) }
            var documents: [JSONObject] = []
            var next: OpaquePointer?
            while mongoc_cursor_next(cursor, &next), let document = next {
                documents.append(try MongoDocument.read(document))
            }
            var error = bson_error_t()
            guard !mongoc_cursor_error(cursor, &error) else { throw configuration.failure(error) }
            return documents
        }

        private func update(
            _ filter: JSONObject, _ change: JSONObject, makes: Bool, _ collection: OpaquePointer?
        ) throws(MongoError) -> JSONObject {
            let (filter, change) = (try MongoDocument(filter), try MongoDocument(change))
            let options = try MongoDocument(["upsert": .bool(makes)])
            let reply = MongoDocument()
            var error = bson_error_t()
            let isDone = mongoc_collection_update_one(
                collection, filter.pointer, change.pointer, options.pointer, reply.pointer, &error)
            guard isDone else { throw configuration.failure(error) }
            return try reply.read()
        }

        private func write(_ command: JSONObject, _ client: OpaquePointer) throws(MongoError) -> JSONObject {
            let command = try MongoDocument(command)
            let reply = MongoDocument()
            var error = bson_error_t()
            let isDone = mongoc_client_write_command_with_opts(
                client, configuration.database, command.pointer, nil, reply.pointer, &error)
            guard isDone else { throw configuration.failure(error) }
            return try reply.read()
        }
    }
#else
    import JSON

    /// What stands for the connections where this build has none.
    struct MongoPool: Sendable {
        init(_ configuration: MongoConfiguration) throws(MongoError) {
            throw MongoError(
                .notBuilt,
                "this build of Parley has no client for MongoDB; build it with 'swift build --traits MongoDB'")
        }

        func run(_ request: MongoRequest) throws(MongoError) -> [JSONObject] { [] }
    }
#endif

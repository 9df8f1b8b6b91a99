import ExactText

#if MongoDB
    import CMongoC

    extension MongoConfiguration {
        /// The address as the library has it, with user, password and times.
        ///
        /// - Returns: Memory that the caller gives back.
        func uri() throws(MongoError) -> OpaquePointer {
            var error = bson_error_t()
            guard let uri = mongoc_uri_new_with_error(url, &error) else {
                throw MongoError(
                    .badAddress,
                    "the address of MongoDB cannot be used: \(words(of: error)) (names and passwords in it need"
                        + " percent signs for special characters)")
            }
            do throws(MongoError) {
                try complete(uri)
            } catch {
                mongoc_uri_destroy(uri)
                throw error
            }
            return uri
        }

        private func complete(_ uri: OpaquePointer) throws(MongoError) {
            var isTaken = true
            if let username { isTaken = mongoc_uri_set_username(uri, username) }
            if let password { isTaken = isTaken && mongoc_uri_set_password(uri, password) }
            if mongoc_uri_get_username(uri) != nil || mongoc_uri_get_auth_mechanism(uri) != nil {
                isTaken = isTaken && mongoc_uri_set_auth_source(uri, authSource)
            }
            guard isTaken else {
                throw MongoError(.badAddress, "'username', 'password' and 'auth_source' must be strings in UTF-8")
            }
            guard mongoc_write_concern_is_acknowledged(mongoc_uri_get_write_concern(uri)) else {
                throw MongoError(.badAddress, "the address of MongoDB says w=0, but what is stored has to be confirmed")
            }
            if mongoc_uri_get_appname(uri) == nil { mongoc_uri_set_appname(uri, "parley") }
            for (name, time) in [
                (MONGOC_URI_CONNECTTIMEOUTMS, connectTimeout), (MONGOC_URI_SERVERSELECTIONTIMEOUTMS, connectTimeout),
                (MONGOC_URI_SOCKETTIMEOUTMS, timeout), (MONGOC_URI_WAITQUEUETIMEOUTMS, timeout),
            ] where !mongoc_uri_has_option(uri, name) {
                let milliseconds = time.components.seconds * 1000 + time.components.attoseconds / 1_000_000_000_000_000
                mongoc_uri_set_option_as_int32(uri, name, Int32(clamping: milliseconds))
            }
        }

        /// What went wrong, in the library's or the server's words.
        func failure(_ error: bson_error_t) -> MongoError {
            MongoError(MongoError.Code(domain: error.domain, number: error.code), words(of: error))
        }

        func words(of error: bson_error_t) -> String {
            var message = error.message
            let text = withUnsafeBytes(of: &message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
            let secrets = [password ?? "", Self.password(in: url)].filter { !$0.isEmpty }
            return secrets.contains { text.exact.contains(text: $0) }
                ? "the library's words have the password in them" : text
        }

        private static func password(in url: String) -> String {
            guard let start = url.exact.firstRange(of: "://")?.upperBound,
                let end = url.unicodeScalars.lastIndex(of: "@"),
                start < end,
                let colon = url[start..<end].unicodeScalars.firstIndex(of: ":")
            else { return "" }
            return String(url[url.unicodeScalars.index(after: colon)..<end])
        }
    }

    extension MongoError.Code {
        /// The kind of an error of the library, where those of the server have a domain of their own.
        fileprivate init(domain: UInt32, number: UInt32) {
            switch domain {
            case MONGOC_ERROR_SERVER.rawValue: self.init(server: number)
            case MONGOC_ERROR_SERVER_SELECTION.rawValue, MONGOC_ERROR_POOL.rawValue: self = .unreachable
            case MONGOC_ERROR_CLIENT.rawValue where number == MONGOC_ERROR_CLIENT_AUTHENTICATE.rawValue,
                MONGOC_ERROR_SASL.rawValue, MONGOC_ERROR_SCRAM.rawValue:
                self = .denied
            case MONGOC_ERROR_BSON.rawValue, MONGOC_ERROR_COMMAND.rawValue, MONGOC_ERROR_NAMESPACE.rawValue:
                self = .refused
            default: self = .interrupted
            }
        }

        /// The kind of an error that the server names by a number.
        private init(server number: UInt32) {
            switch number {
            case 11000, 11001: self = .duplicate
            case 11, 13, 18: self = .denied  // UserNotFound, Unauthorized, AuthenticationFailed.
            // BadValue, FailedToParse, TypeMismatch, InvalidBSON, names with dots or dollars, too large or too deep.
            case 2, 9, 14, 22, 40, 52, 55, 56, 57, 10334, 15, 17280, 17419, 17420: self = .refused
            default: self = .interrupted
            }
        }
    }
#endif

import JSON

/// What a MongoDB server is asked to do with the collection.
enum MongoRequest: Sendable {
    /// Runs documents through a pipeline of stages, on the server that takes writes.
    case aggregate([JSON])
    /// Changes the first document that fits, or makes one where none does and `makes` says so.
    case update(filter: JSONObject, change: JSONObject, makes: Bool)
    /// Makes an index where it is missing.
    case index(name: String, keys: JSONObject)
}

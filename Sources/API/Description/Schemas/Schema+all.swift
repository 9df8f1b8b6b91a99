extension Schema {
    /// All schemas with names, as the document lists them.
    static var all: [(String, Schema)] {
        ofServer + ofModel + ofConversations + ofEvents + ofGiven + ofTraining
    }
}

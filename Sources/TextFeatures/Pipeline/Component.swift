package protocol Component: Sendable {
    /// A component from its node and files. One that was not trained (its directory is missing) is made nevertheless
    /// and gives its neutral result.
    init(_ context: inout LoadingContext) throws(LoadError)

    /// Adds what the component finds to the message.
    func process(_ message: inout Message, using scratch: Scratch)
}

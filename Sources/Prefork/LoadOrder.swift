/// What a loader is to obtain.
public struct LoadOrder: Sendable, Hashable {
    /// What a worker asked for; nil for what is served from the start.
    public let source: String?
    /// What a loader before returned and all workers serve; empty for nothing.
    public let served: String
    /// Whether nobody asked: it is time to see if the source has something newer. A loader that finds nothing newer
    /// returns ``served``.
    public let isRefresh: Bool

    /// An order of these parts.
    public init(source: String?, served: String = "", isRefresh: Bool = false) {
        self.source = source
        self.served = served
        self.isRefresh = isRefresh
    }
}

/// What a loader obtained.
public struct Loaded: Sendable, Hashable {
    /// What every worker is handed; empty for nothing to serve.
    public let text: String
    /// How long to wait before the same source is asked for something newer; nil to ask no more.
    public let refreshAfter: Duration?

    /// What is handed on.
    public init(_ text: String, refreshAfter: Duration? = nil) {
        self.text = text
        self.refreshAfter = refreshAfter
    }
}

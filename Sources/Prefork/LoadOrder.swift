/// What a loader is to obtain.
package struct LoadOrder: Sendable, Hashable {
    /// What a worker asked for; nil for what is served from the start.
    package let source: String?
    /// What a loader before returned and all workers serve; empty for nothing.
    package let active: String
    /// Whether nobody asked: it is time to see if the source has something newer. A loader that finds nothing newer
    /// returns ``active``.
    package let isRefresh: Bool

    /// An order of these parts.
    package init(source: String?, active: String = "", isRefresh: Bool = false) {
        self.source = source
        self.active = active
        self.isRefresh = isRefresh
    }
}

/// What a loader obtained.
package struct Loaded: Sendable, Hashable {
    /// What every worker is handed; empty for nothing to serve.
    package let text: String
    /// How long to wait before the same source is asked for something newer; nil to ask no more.
    package let refreshAfter: Duration?

    /// What is handed on.
    package init(_ text: String, refreshAfter: Duration? = nil) {
        self.text = text
        self.refreshAfter = refreshAfter
    }
}

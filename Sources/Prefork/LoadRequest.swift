/// What a loader is to obtain.
package struct LoadRequest: Sendable, Hashable {
    /// What a worker asked for; nil for what is in use from the start.
    package let source: String?
    /// What a loader before returned and all workers serve; empty for nothing.
    package let active: String
    /// Whether nobody asked: it is time to see if the source has something newer. A loader that finds nothing newer
    /// returns ``active``.
    package let isRefresh: Bool

    /// Whether a new generation of workers is to come: the settings are read again too, and whatever is at fault is a
    /// failure.
    package let isReload: Bool
    /// The settings in use, as ``Loaded/settings``.
    package let settings: [UInt8]

    package init(
        source: String?, active: String = "", isRefresh: Bool = false, isReload: Bool = false, settings: [UInt8] = []
    ) {
        self.source = source
        self.active = active
        self.isRefresh = isRefresh
        self.isReload = isReload
        self.settings = settings
    }
}

package struct Loaded: Sendable, Hashable {
    /// What every worker is handed; empty for nothing to serve.
    package let text: String
    /// How long to wait before the same source is asked for something newer; nil to ask no more.
    package let refreshAfter: Duration?
    /// The settings that were read again, for the workers to understand; empty where they were not.
    package var settings: [UInt8] = []
    /// How many workers those ask for.
    package var workers: Int?
    /// How many workers those allow.
    package var maxWorkers = Int.max

    package init(_ text: String, refreshAfter: Duration? = nil) {
        self.text = text
        self.refreshAfter = refreshAfter
    }
}

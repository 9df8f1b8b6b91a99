package import Dialogue
import JSON
import Synchronization

/// The domain as action servers get it, encoded once: it is the larger part of most requests.
package final class DomainDocument: Sendable {
    package let domain: Domain
    private let text = Mutex<[UInt8]?>(nil)

    package init(_ domain: Domain) { self.domain = domain }

    /// The domain as JSON in UTF-8.
    package var encoded: [UInt8] {
        text.withLock { text in
            if let text { return text }
            let encoded = domain.json.encoded()
            text = encoded
            return encoded
        }
    }
}

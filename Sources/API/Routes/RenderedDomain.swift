import Channels
import Dialogue
import JSON
import Synchronization

/// The domain of the model in use as it is shown, kept from its first request on.
final class RenderedDomain: Sendable {
    enum Form: Sendable {
        case json, yaml
    }

    private struct State {
        var model: ModelInUse?
        var texts: [Form: [UInt8]] = [:]
    }

    private let state = Mutex(State())

    /// The text of a model's domain, if it is known.
    func text(_ form: Form, of model: ModelInUse?) -> [UInt8]? {
        state.withLock { $0.model == model ? $0.texts[form] : nil }
    }

    /// Keeps a text until another model is in use.
    func keep(_ text: [UInt8], _ form: Form, of model: ModelInUse?) {
        state.withLock { state in
            if state.model != model { state = State(model: model) }
            state.texts[form] = text
        }
    }

    static func text(of domain: Domain, _ form: Form) -> [UInt8] {
        switch form {
        case .json: domain.json.encoded()
        case .yaml: DomainText(domain.json).yaml
        }
    }
}

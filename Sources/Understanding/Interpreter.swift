public import ExactText
internal import Logging
public import ModelArchive
internal import Synchronization

/// The understanding part of one loaded model: from a text to intent, entities and responses.
///
/// It has no state but memory that is used again, which a lock guards; a worker has one thread, so it never waits for it.
public final class Interpreter: Sendable {
    private let components: [any Component]
    /// Whether a component asks a server, so that only ``understand(_:)`` finds everything.
    public let asksServers: Bool
    private let scratch: Mutex<Scratch>
    private let logger = Logger(label: "parley.understanding")

    /// Loads the components of a model's pipeline.
    ///
    /// - Parameters:
    ///   - domainIntents: The intents that the short form (`/greet`) may name.
    ///   - domainEntities: The entities that it may give.
    ///   - servers: The servers that components may ask; without them, those components find nothing.
    ///   - allowMissingComponents: Leaves unknown components out instead of refusing the model.
    /// - Throws: ``LoadError``; names the node that is at fault.
    public init(
        model: PreparedModel, domainIntents: Set<ExactString>, domainEntities: Set<ExactString>,
        servers: RemoteExtractors? = nil, allowMissingComponents: Bool = false
    ) throws(LoadError) {
        var components: [any Component] = []
        var layout: [FeatureWidths] = []
        for node in model.metadata.understandingPipeline {
            guard let type = KnownComponents.byName[node.component] else {
                if allowMissingComponents { continue }
                throw Self.refusal(of: node)
            }
            var context = LoadingContext(
                node: node, model: model, domainIntents: domainIntents, domainEntities: domainEntities,
                servers: servers)
            context.layout = layout
            components.append(try type.init(&context))
            layout = context.layout
        }
        self.components = components
        asksServers = components.contains { $0 is any AskingComponent }
        scratch = Mutex(Scratch())
    }

    /// Why a component cannot be loaded.
    static func refusal(of node: GraphNode) -> LoadError {
        if let reason = KnownComponents.refused[node.component] {
            return LoadError(
                .unservedComponent,
                "The pipeline's node \(node.name) is a \(node.component), which is not served: \(reason).")
        }
        return LoadError(
            .unknownComponent,
            """
            The pipeline's node \(node.name) is of the component \(node.uses), which is not known. Known are: \
            \(KnownComponents.names).
            """)
    }

    /// Understands a text. White space around it does not count.
    ///
    /// - Throws: ``ModelFailure`` where a component cannot handle the message.
    public func parse(_ text: String) throws(ModelFailure) -> ParseResult {
        let text = MessageText(stripping: text)
        return try Self.result(of: scratch.withLock { process(text, using: $0) })
    }

    /// Understands a text like ``parse(_:)`` and waits for the servers that components ask.
    ///
    /// - Throws: ``ModelFailure`` where a component cannot handle the message.
    public func understand(_ text: String) async throws(ModelFailure) -> ParseResult {
        guard asksServers else { return try parse(text) }
        var message = Message(text: MessageText(stripping: text))
        var start = components.startIndex
        while start < components.endIndex, message.failure == nil {
            let end = components[start...].firstIndex { $0 is any AskingComponent } ?? components.endIndex
            let part = components[start..<end]
            // The lock is not held while a server is asked, so that other messages are understood meanwhile.
            message = scratch.withLock { [message] scratch in
                var message = message
                run(part, on: &message, using: scratch)
                return message
            }
            if end < components.endIndex, message.failure == nil,
                let asking = components[end] as? any AskingComponent
            {
                await asking.ask(about: &message)
            }
            start = end + 1
        }
        return try Self.result(of: message)
    }

    private static func result(of message: Message) throws(ModelFailure) -> ParseResult {
        if let failure = message.failure { throw failure }
        return message.shortForm ?? ParseResult(message)
    }

    /// A message as it leaves the pipeline.
    func process(_ text: MessageText, using scratch: Scratch) -> Message {
        var message = Message(text: text)
        run(components[...], on: &message, using: scratch)
        return message
    }

    private func run(_ part: ArraySlice<any Component>, on message: inout Message, using scratch: Scratch) {
        scratch.patterns.startText(bytes: message.text.bytes.count)
        for component in part where message.failure == nil { component.process(&message, using: scratch) }
        guard scratch.patterns.isExhausted else { return }
        logger.warning(
            "The regular expressions of the model take too long on a message; not all were searched in it to the end.",
            metadata: ["length": "\(message.text.scalarCount)"])
    }
}

package import ExactText
import Logging
package import ModelArchive
package import Offloading
package import TextFeatures

/// The understanding part of one loaded model: from a text to intent, entities and responses.
///
/// It has no state but memory that is used again, and may be used by several threads at a time.
package final class Interpreter: Sendable {
    private let components: [any Component]
    /// Whether a component asks a server, so that only ``understand(_:offload:)`` finds everything.
    package let asksServers: Bool
    /// Reads `/intent{…}`; nil where the pipeline does not.
    private let shortForm: ShortFormHandler?
    private let scratch = ReusePool { Scratch() }
    private let logger = Logger(label: "parley.understanding")

    /// Texts up to this many bytes are understood at once: within some milliseconds, whatever the model.
    private static let shortBytes = 256

    /// Loads the components of a model's pipeline.
    ///
    /// - Parameters:
    ///   - domainIntents: The intents that the short form (`/greet`) may name.
    ///   - domainEntities: The entities that it may give.
    ///   - servers: The servers that components may ask; without them, those components find nothing.
    ///   - allowMissingComponents: Leaves unknown components out instead of refusing the model.
    /// - Throws: ``LoadError``; names the node that is at fault.
    package init(
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
                node: node, files: model, domainIntents: domainIntents, domainEntities: domainEntities)
            context.layout = layout
            if let remote = type as? any RemoteComponent.Type {
                components.append(try remote.init(&context, servers: servers))
            } else {
                components.append(try type.init(&context))
            }
            layout = context.layout
        }
        self.components = components
        asksServers = components.contains { $0 is any RemoteComponent }
        shortForm = components.lazy.compactMap { $0 as? ShortFormHandler }.first
    }

    /// Why a component cannot be loaded.
    static func refusal(of node: GraphNode) -> LoadError {
        if let reason = KnownComponents.refused[node.component] {
            return LoadError(
                .unsupportedComponent,
                "The pipeline's node \(node.name) is a \(node.component), which is not supported: \(reason).")
        }
        return LoadError(
            .unknownComponent,
            """
            The pipeline's node \(node.name) is of the component \(node.uses), which is not known. Known are: \
            \(KnownComponents.names).
            """)
    }

    /// Understands a text, however long that takes. White space around it does not count.
    ///
    /// - Throws: ``ModelFailure`` where a component cannot handle the message.
    package func parse(_ text: String) throws(ModelFailure) -> ParseResult {
        let text = MessageText(stripping: text)
        if let found = shortForm?.parse(text) { return found }
        return try Self.result(of: processed(components[...], Message(text: text)))
    }

    /// Understands a text like ``parse(_:)``, waits for the servers that components ask, and does elsewhere what may
    /// take longer than others should wait.
    ///
    /// - Throws: ``ModelFailure`` where a component cannot handle the message; what `offload` throws.
    package func understand(
        _ text: String, offload: some Offload = InlineOffload()
    ) async throws -> ParseResult {
        let isShort = text.utf8.count <= Self.shortBytes
        var message = Message(text: MessageText(stripping: text))
        // The short form replaces what anything else would find.
        if let found = shortForm?.parse(message.text) { return found }
        var start = components.startIndex
        while start < components.endIndex, message.failure == nil {
            let asking = asksServers ? components[start...].firstIndex { $0 is any RemoteComponent } : nil
            let end = asking ?? components.endIndex
            let part = components[start..<end]
            if !isShort || !attempt(part, &message, isFirst: start == components.startIndex) {
                message = try await offload.run { [message] in self.processed(part, message) }
            }
            if end < components.endIndex, message.failure == nil,
                let asking = components[end] as? any RemoteComponent
            {
                await asking.ask(about: &message)
            }
            start = end + 1
        }
        return try Self.result(of: message)
    }

    private static func result(of message: Message) throws(ModelFailure) -> ParseResult {
        if let failure = message.failure { throw failure }
        return ParseResult(message)
    }

    /// Takes a message through these components.
    ///
    /// - Parameter isFirst: Whether nothing has been found yet: there is then nothing to be copied.
    /// - Returns: False, with the message as it was, where the model's patterns take too long for others to wait.
    private func attempt(_ part: ArraySlice<any Component>, _ message: inout Message, isFirst: Bool) -> Bool {
        scratch.use { scratch in
            scratch.patterns.begin(.quick)
            let before = isFirst ? Message(text: message.text) : message
            for component in part where message.failure == nil {
                component.process(&message, using: scratch)
                guard !scratch.patterns.isExhausted else {
                    message = before
                    return false
                }
            }
            return true
        }
    }

    private func processed(_ part: ArraySlice<any Component>, _ message: Message) -> Message {
        scratch.use { scratch in
            scratch.patterns.begin(.whole)
            let message = process(message, by: part, using: scratch)
            if scratch.patterns.isExhausted {
                logger.warning(
                    "The model's regular expressions take too long on a message; what they would find in it is left out",
                    metadata: ["bytes": "\(message.text.bytes.count)"])
            }
            return message
        }
    }

    /// A message as it leaves some components, or all.
    func process(
        _ message: Message, by part: ArraySlice<any Component>? = nil, using scratch: Scratch
    ) -> Message {
        var message = message
        for component in part ?? components[...] where message.failure == nil {
            component.process(&message, using: scratch)
            Checkpoint.yield()
        }
        return message
    }
}

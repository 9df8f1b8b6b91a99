package import Assistant
import Dialogue
import ExactText
import JSON
package import Offloading
import PythonSemantics
import RasaCompatibility
package import WebClient

/// The action server of the configuration (`action_endpoint`), as Rasa's `RemoteAction` speaks to it.
package struct RemoteActions: ActionServer {
    /// The version of the protocol, which is Rasa's.
    private static let protocolVersion = "3.6.21"

    private let client: EndpointClient
    private let sendsDomainAlways: Bool
    private let compresses: Bool
    private let offload: any Offload

    /// A request with more events is made elsewhere: it takes some milliseconds.
    private static let shortEvents = 128

    /// - Parameters:
    ///   - sendsDomainAlways: Whether all requests carry the domain; otherwise only those of actions that ask for it
    ///     (`enable_selective_domain`).
    ///   - compresses: Whether requests are compressed (`COMPRESS_ACTION_SERVER_REQUEST`).
    ///   - offload: Makes the requests of long conversations.
    package init(
        client: EndpointClient, sendsDomainAlways: Bool = true, compresses: Bool = false,
        offload: any Offload = InlineOffload()
    ) {
        self.client = client
        self.offload = offload
        self.sendsDomainAlways = sendsDomainAlways
        self.compresses = compresses
    }

    /// Runs an action and waits for what it did.
    package func run(_ call: ActionCall) async throws(ActionError) -> ActionServerReply {
        let response: EndpointResponse
        do {
            let isLong = compresses || call.tracker.events.count > Self.shortEvents
            let request = try await offload.run(if: isLong) { client.call(body(call), isDeflated: compresses) }
            response = try await client.httpClient.send(request)
        } catch {
            throw ActionError(.serverFailed, "\(error)")
        }
        guard response.isSuccess else { throw failure(response) }
        do {
            return try ActionServerReply(json: try response.json())
        } catch {
            throw ActionError(.badResponse, "the response of \(client.address) is not what it must be: \(error)")
        }
    }

    /// The request; the domain, its larger part, is put in as it was encoded.
    private func body(_ call: ActionCall) -> [UInt8] {
        let head: JSON = [
            "next_action": .string(call.action), "sender_id": .string(call.tracker.senderID),
        ]
        let needsDomain = sendsDomainAlways || call.domain.domain.actionsThatNeedDomain.contains(call.action)
        let domain = needsDomain ? call.domain.encoded : []
        let tracker = call.tracker.encodedState(verbosity: .all)
        var body = head.encoded()
        body.reserveCapacity(body.count + tracker.count + domain.count + 32)
        body.removeLast()
        body += #","tracker":"#.utf8
        body += tracker
        body += #","version":""#.utf8
        body += Self.protocolVersion.utf8
        body.append(UInt8(ascii: "\""))
        if needsDomain {
            body += #","domain":"#.utf8
            body += domain
        }
        body.append(UInt8(ascii: "}"))
        return body
    }

    /// A status of 400 with the action's name says that the action declined to run; every other one is a failure.
    private func failure(_ response: EndpointResponse) -> ActionError {
        if response.status == 400, let said = try? response.parsed(), let action = said["action_name"] {
            let reason = said["error"]?.string ?? "no reason given"
            return ActionError(.rejected, "the action server declined to run \"\(action.pythonText)\": \(reason)")
        }
        return ActionError(
            .serverFailed, "the action server at \(client.address) responded with status \(response.status)")
    }
}

extension ActionServerReply {
    /// Reads the response of an action server. It is taken as a whole or not at all.
    init(json: JSON) throws {
        guard json.object != nil else { throw EndpointError(.badResponse, "it must be a JSON object") }
        let events = json["events"] ?? []
        let responses = json["responses"] ?? []
        guard let list = events.array else {
            throw EndpointError(.badResponse, "\"events\" must be a list of events")
        }
        if let fault = list.lazy.compactMap(EventSchema.fault).first { throw EndpointError(.badResponse, fault) }
        guard let messages = responses.array, messages.allSatisfy({ $0.object != nil }) else {
            throw EndpointError(.badResponse, "\"responses\" must be a list of objects")
        }
        self.init(events: try Event.list(from: list), responses: messages)
    }
}

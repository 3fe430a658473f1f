//! What goes wrong below the protocol (RFC 6455): frames, lengths, and connections that end in one way or another.

use deskgraph::auth::token::Realm;
use rstest::rstest;
use serde_json::json;

use super::{INIT, TICKETS};
use crate::support::TestApp;

const TEXT: u8 = 1;
const CONTINUATION: u8 = 0;
const BINARY: u8 = 2;
const PING: u8 = 9;
/// The bit of a frame that is the last of its message.
const LAST: u8 = 0x80;

/// A frame of a client, whose mask is nought.
fn frame(head: u8, payload: &[u8]) -> Vec<u8> {
    let length = u16::try_from(payload.len()).expect("a short frame");
    let mut frame = vec![head];
    match u8::try_from(length) {
        Ok(length @ 0..126) => frame.push(0x80 | length),
        _ => frame.extend([&[0x80 | 126][..], &length.to_be_bytes()].concat()),
    }
    frame.extend([0; 4]);
    frame.extend(payload);
    frame
}

#[tokio::test]
async fn a_message_may_come_in_pieces_with_pings_in_between() {
    let app = TestApp::new().await;
    let mut socket = app.silent_socket().await;
    let (one, rest) = INIT.as_bytes().split_at(5);
    let (two, three) = rest.split_at(5);
    for bytes in
        [frame(TEXT, one), frame(PING | LAST, b"?"), frame(CONTINUATION, two), frame(CONTINUATION | LAST, three)]
    {
        for byte in bytes {
            socket.send_bytes(&[byte]).await;
        }
    }
    assert_eq!(socket.next().await, json!({"type": "connection_ack"}));
}

#[rstest]
#[case::binary(&[frame(BINARY | LAST, INIT.as_bytes())], 4400)]
#[case::reserved_bit(&[frame(TEXT | LAST | 0x40, INIT.as_bytes())], 1002)]
#[case::reserved_kind(&[frame(3 | LAST, INIT.as_bytes())], 1002)]
#[case::ping_in_pieces(&[frame(PING, b"?")], 1002)]
#[case::long_ping(&[frame(PING | LAST, &[b'?'; 126])], 1002)]
#[case::end_without_beginning(&[frame(CONTINUATION | LAST, b"{}")], 1002)]
#[case::second_beginning(&[frame(TEXT, b"{"), frame(TEXT, b"{")], 1002)]
#[case::no_mask(&[vec![TEXT | LAST, 2, b'{', b'}']], 1002)]
#[case::no_text(&[frame(TEXT | LAST, &[0xff, 0xfe])], 1007)]
#[case::long_frame(&[[&[TEXT | LAST, 0x80 | 127][..], &70_000_u64.to_be_bytes(), &[0; 4]].concat()], 1009)]
#[case::absurd_frame(&[[&[TEXT | LAST, 0x80 | 127][..], &(u64::MAX / 2).to_be_bytes(), &[0; 4]].concat()], 1009)]
#[case::long_message(&[frame(TEXT, &[b' '; 40_000]), frame(CONTINUATION, &[b' '; 40_000])], 1009)]
#[tokio::test]
async fn a_frame_that_is_none_closes_the_socket(#[case] frames: &[Vec<u8>], #[case] code: u16) {
    let app = TestApp::new().await;
    let mut socket = app.silent_socket().await;
    socket.send_bytes(&frames.concat()).await;
    let (closed, reason) = socket.closed_because().await;
    assert_eq!((closed, reason.is_empty()), (code, false), "{reason}");
}

#[tokio::test]
async fn a_message_has_up_to_64_kib() {
    let app = TestApp::new().await;
    let padded = |length: usize| format!("{INIT}{}", " ".repeat(length - INIT.len()));
    let mut socket = app.silent_socket().await;
    socket.send_text(&padded(64 * 1024)).await;
    assert_eq!(socket.next().await, json!({"type": "connection_ack"}));
    let mut socket = app.silent_socket().await;
    socket.send_text(&padded(64 * 1024 + 1)).await;
    assert_eq!(socket.closed_because().await, (1009, "a message is longer than 64 KiB".into()));
}

#[tokio::test]
async fn who_closes_is_answered_and_disconnected() {
    let app = TestApp::new().await;
    for code in [1000, 1001, 4000] {
        let mut socket = app.socket_of(Realm::Customer, "ann").await;
        socket.subscribe("1", TICKETS, json!({})).await;
        app.until_followed_by(1).await;
        assert_eq!(socket.close(code).await, code);
        socket.until_disconnected().await;
        app.until_followed_by(0).await;
    }
    app.sockets().stop();
    app.sockets().closed().await;
}

#[tokio::test]
async fn who_is_closed_is_disconnected() {
    let app = TestApp::new().await;
    let mut socket = app.silent_socket().await;
    socket.send_text("hello").await;
    socket.until_disconnected().await;
}

#[tokio::test]
async fn who_will_say_nothing_more_is_disconnected() {
    let app = TestApp::new().await;
    let mut socket = app.socket_of(Realm::Customer, "ann").await;
    socket.subscribe("1", TICKETS, json!({})).await;
    app.until_followed_by(1).await;
    socket.fall_silent().await;
    socket.until_disconnected().await;
    app.until_followed_by(0).await;
}

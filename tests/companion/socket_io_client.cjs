// Drives every event of Socket.IO by the client that browsers use, and tells what came.
// node socket_io_client.cjs MODULES URL TOKEN CONVERSATION
const { createRequire } = require("module");
const [modules, url, token, conversationId] = process.argv.slice(2);
const { io } = createRequire(`${modules}/`)("socket.io-client");

const heard = [];
const names = [
  "message:received", "message:delivered", "message:read",
  "typing:indicator", "character:response", "error",
];

function connect(transports) {
  const socket = io(url, { auth: { token }, transports, reconnection: false, forceNew: true });
  return new Promise((resolve, reject) => {
    socket.on("connect", () => resolve(socket));
    socket.on("connect_error", reject);
  });
}

function until(holds) {
  const end = Date.now() + 20000;
  return new Promise((resolve, reject) => {
    const look = () => {
      if (holds()) resolve();
      else if (Date.now() > end) reject(new Error(`too late: ${JSON.stringify(heard)}`));
      else setTimeout(look, 10);
    };
    look();
  });
}

const count = (name, holds = () => true) =>
  heard.filter(([one, told]) => one === name && holds(told)).length;

async function main() {
  // Long polling first, then upgraded, as the client does by itself.
  const socket = await connect(["polling", "websocket"]);
  const other = await connect(["websocket"]);
  for (const name of names) {
    socket.on(name, (told, taken) => {
      heard.push([name, told]);
      if (typeof taken === "function") taken("taken");
    });
  }
  const ask = (one, name, told) => one.timeout(20000).emitWithAck(name, told);
  const answers = {};
  answers.join = await ask(socket, "conversation:join", { conversationId });
  await ask(other, "conversation:join", { conversationId });
  await ask(other, "typing:start", { conversationId });
  await until(() => count("typing:indicator", (told) => !told.isTyping) === 1);
  await ask(other, "typing:start", { conversationId });
  await ask(other, "typing:stop", { conversationId });
  answers.send = await ask(socket, "message:send", {
    conversationId, content: "Hello?", type: "text", clientId: "from-node",
  });
  await until(() => count("character:response", (told) => told.type === "done") === 1);
  const reply = heard.find(([name]) => name === "message:received")[1];
  await until(() => count("message:delivered", (told) => told.messageId === reply.id) === 1);
  // A client that asks for no answer learns of a fault by the event.
  socket.emit("message:send", { conversationId: "none", content: "Hi" });
  await until(() => count("error") === 1);
  answers.leave = await ask(socket, "conversation:leave", { conversationId });
  socket.disconnect();
  const again = await connect(["websocket"]);
  const missed = [];
  again.on("message:received", (told) => missed.push(told.id));
  answers.again = await ask(again, "conversation:join", {
    conversationId, lastMessageId: answers.send.message.id,
  });
  await until(() => missed.length === answers.again.missed);
  again.disconnect();
  other.disconnect();
  console.log(JSON.stringify({ answers, heard, missed, reply }));
}

main().then(() => process.exit(0), (error) => { console.error(error); process.exit(1); });

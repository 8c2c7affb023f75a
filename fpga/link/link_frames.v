// SPDX-License-Identifier: Apache-2.0
// link_frames: takes a request, has it done, sends the answer. One frame is under
// way at a time; docs/board.md has their table.
//
//   'B', sequence, length, payload, CRC-16 of sequence to payload (low byte first)
//
// A frame with a wrong CRC is forgotten, and so is half a frame after a timeout.
// One with the sequence of the last request, and not 0, is that request again:
// it is not done twice, its answer is sent again. What comes while a request is
// done or an answer sent is not heard.

`default_nettype none

module link_frames (
    input  wire       clk,
    input  wire       rst,

    input  wire       receive_valid,
    input  wire [7:0] receive_data,
    output wire       send_valid,
    input  wire       send_ready,      // low for some clocks after a byte was taken
    output reg  [7:0] send_data,

    output wire       write,           // a byte of the request's payload
    output reg  [7:0] at,              // index in the payload
    input  wire [7:0] answer_byte,     // of the answer's payload, a clock after `at`

    output wire       start,           // a request is there, for a clock
    output reg  [7:0] size,            // bytes of its payload
    input  wire       done,            // for a clock
    input  wire [7:0] answer_size,     // bytes of the answer's payload, from done to the next start

    output wire       listening,
    output reg        sending,
    input  wire       timeout,         // no byte has come for long
    output wire       lost,            // a frame is forgotten in this clock, or a byte that begins none
    output reg        broken           // a frame was forgotten since sequence 0
);

localparam [2:0] SYNC = 3'd0, SEQUENCE = 3'd1, LENGTH = 3'd2, PAYLOAD = 3'd3,
    CRC_LOW = 3'd4, CRC_HIGH = 3'd5, CHECK = 3'd6, DOING = 3'd7;
localparam [7:0] MARK = 8'h42;

reg [2:0]  state;      // of the request, or while `sending` of the answer
reg [7:0]  sequence_number;
reg [7:0]  last;       // sequence of the last request
reg [15:0] crc;

wire [15:0] crc_next;

assign listening  = ~sending & state < CHECK;
assign send_valid = sending;
assign write      = ~sending & state == PAYLOAD & receive_valid;

wire [7:0] byte_now = sending ? send_data : receive_data;
wire       step     = sending ? send_ready : listening & receive_valid;
wire       again    = sequence_number == last & last != 8'd0;
wire       right    = ~sending & state == CHECK & crc == 16'd0;
wire       wrong    = ~sending & state == CHECK & crc != 16'd0;
wire       gap      = listening & state != SYNC & timeout;

assign lost = (listening & state == SYNC & receive_valid & receive_data != MARK) | wrong | gap;

wire answer = (right & again) | (state == DOING & done);

assign start = right & ~again;

always @* begin
    case (state)
        SYNC:     send_data = MARK;
        SEQUENCE: send_data = last;
        LENGTH:   send_data = size;
        PAYLOAD:  send_data = answer_byte;
        default:  send_data = crc[7:0];
    endcase
end

crc16_byte crc16_byte_u (
    .crc  (crc),
    .data (byte_now),
    .next (crc_next)
);

always @(posedge clk) begin
    if (step) begin
        crc <= state == SYNC ? 16'hffff : crc_next;
        at  <= state == PAYLOAD ? at + 1'b1 : 8'd0;
        if (~sending & state == SEQUENCE)
            sequence_number <= receive_data;
        if (~sending & state == LENGTH)
            size <= receive_data;
    end
    if (answer)
        size <= answer_size;
    if (start)
        last <= sequence_number;

    case (state)
        SYNC: if (step & (sending | receive_data == MARK))
            state <= SEQUENCE;
        SEQUENCE: if (step)
            state <= LENGTH;
        LENGTH: if (step)
            state <= byte_now == 8'd0 ? CRC_LOW : PAYLOAD;
        PAYLOAD: if (step & at + 1'b1 == size)
            state <= CRC_LOW;
        CRC_LOW: if (step)
            state <= CRC_HIGH;
        CRC_HIGH: if (step)
            state <= sending ? SYNC : CHECK;
        CHECK:
            state <= start ? DOING : SYNC;
        default: if (done)
            state <= SYNC;
    endcase

    if (gap)
        state <= SYNC;
    if (answer)
        sending <= 1'b1;
    if (step & state == CRC_HIGH)
        sending <= 1'b0;
    broken <= (broken & ~(start & sequence_number == 8'd0)) | wrong | gap;

    if (rst) begin
        state   <= SYNC;
        sending <= 1'b0;
        last    <= 8'd0;
        broken  <= 1'b0;
    end
end

endmodule

`default_nettype wire

// SPDX-License-Identifier: Apache-2.0
// host_link: from the bytes of a serial line to the accelerator's ports.
//
// Requests lie in the lower half of one small memory and answers in the upper
// half, so that an answer can be sent again.

`default_nettype none

module host_link #(
    parameter STREAM_BYTES = 12,   // of a beat of S_AXIS, at least 8
    parameter RESULT_BYTES = 4,    // of a beat of M_AXIS, 2 to 254
    parameter HAS_MARK     = 0,    // 1: the link has the register MARK
    parameter W_TIMEOUT    = 16    // half a frame is forgotten, and a side not waited for, after 2^W_TIMEOUT clocks
) (
    input  wire                      clk,
    input  wire                      rst,

    input  wire                      receive_valid,
    input  wire [7:0]                receive_data,
    output wire                      send_valid,
    input  wire                      send_ready,
    output wire [7:0]                send_data,

    output wire                      listening,     // bytes are heard
    output wire                      lost,          // something is no request, or one not done, for a clock
    output wire                      busy,          // a frame is under way
    output wire                      broken,        // a frame was forgotten since sequence 0

    output wire                      feed,          // segments come from the flash, see link_operations
    output wire                      marked,
    input  wire                      unmark,

    output wire [STREAM_BYTES*8-1:0] m_axis_tdata,  // to the accelerator's S_AXIS
    output wire                      m_axis_tvalid,
    input  wire                      m_axis_tready,
    output wire                      m_axis_tlast,

    input  wire [RESULT_BYTES*8-1:0] s_axis_tdata,  // from its M_AXIS
    input  wire                      s_axis_tvalid,
    output wire                      s_axis_tready,
    input  wire                      s_axis_tlast,
    input  wire                      s_axis_tuser,

    output wire [11:0]               m_axil_awaddr,
    output wire                      m_axil_awvalid,
    output wire [31:0]               m_axil_wdata,
    output wire                      m_axil_wvalid,
    input  wire [1:0]                m_axil_bresp,
    input  wire                      m_axil_bvalid,
    output wire                      m_axil_bready,
    output wire [11:0]               m_axil_araddr,
    output wire                      m_axil_arvalid,
    input  wire [31:0]               m_axil_rdata,
    input  wire [1:0]                m_axil_rresp,
    input  wire                      m_axil_rvalid,
    output wire                      m_axil_rready
);

generate
    if (STREAM_BYTES < 8) begin : check_stream_bytes
        error_STREAM_BYTES_must_be_at_least_8 stop ();
    end
    if (RESULT_BYTES < 2 || RESULT_BYTES > 254) begin : check_result_bytes
        error_RESULT_BYTES_must_be_from_2_to_254 stop ();
    end
endgenerate

wire       start, done, sending, progress, take_write, answer_write, frame_lost, cut;
wire [7:0] size, frame_at, operation_at, answer_at, answer_byte, read_byte;

// ---------------------------------------------------------------------------
// Clocks without progress

reg [W_TIMEOUT-1:0] idle;

wire timeout = &idle;

always @(posedge clk)
    idle <= (listening ? receive_valid : progress) | rst ? {W_TIMEOUT{1'b0}} : idle + 1'b1;

// ---------------------------------------------------------------------------

assign lost = frame_lost | cut;
assign busy = ~listening | take_write;

link_frames link_frames_u (
    .clk           (clk),
    .rst           (rst),
    .receive_valid (receive_valid),
    .receive_data  (receive_data),
    .send_valid    (send_valid),
    .send_ready    (send_ready),
    .send_data     (send_data),
    .write         (take_write),
    .at            (frame_at),
    .answer_byte   (read_byte),
    .start         (start),
    .size          (size),
    .done          (done),
    .answer_size   (answer_at),
    .listening     (listening),
    .sending       (sending),
    .timeout       (timeout),
    .lost          (frame_lost),
    .broken        (broken)
);

ram_1r1w #(.W(8), .DEPTH(512), .W_ADDR(10)) payloads_u (
    .clk        (clk),
    .write      (take_write | answer_write),
    .write_addr ({1'b0, answer_write, answer_write ? answer_at : frame_at}),
    .write_data (answer_write ? answer_byte : receive_data),
    .read       (1'b1),
    .read_addr  ({1'b0, sending, sending ? frame_at : operation_at}),
    .read_data  (read_byte)
);

link_operations #(.STREAM_BYTES(STREAM_BYTES), .RESULT_BYTES(RESULT_BYTES), .HAS_MARK(HAS_MARK)) link_operations_u (
    .clk            (clk),
    .rst            (rst),
    .start          (start),
    .size           (size),
    .at             (operation_at),
    .request_byte   (read_byte),
    .write          (answer_write),
    .answer_at      (answer_at),
    .answer_byte    (answer_byte),
    .done           (done),
    .progress       (progress),
    .timeout        (timeout),
    .cut            (cut),
    .feed           (feed),
    .marked         (marked),
    .unmark         (unmark),
    .m_axis_tdata   (m_axis_tdata),
    .m_axis_tvalid  (m_axis_tvalid),
    .m_axis_tready  (m_axis_tready),
    .m_axis_tlast   (m_axis_tlast),
    .s_axis_tdata   (s_axis_tdata),
    .s_axis_tvalid  (s_axis_tvalid),
    .s_axis_tready  (s_axis_tready),
    .s_axis_tlast   (s_axis_tlast),
    .s_axis_tuser   (s_axis_tuser),
    .m_axil_awaddr  (m_axil_awaddr),
    .m_axil_awvalid (m_axil_awvalid),
    .m_axil_wdata   (m_axil_wdata),
    .m_axil_wvalid  (m_axil_wvalid),
    .m_axil_bresp   (m_axil_bresp),
    .m_axil_bvalid  (m_axil_bvalid),
    .m_axil_bready  (m_axil_bready),
    .m_axil_araddr  (m_axil_araddr),
    .m_axil_arvalid (m_axil_arvalid),
    .m_axil_rdata   (m_axil_rdata),
    .m_axil_rresp   (m_axil_rresp),
    .m_axil_rvalid  (m_axil_rvalid),
    .m_axil_rready  (m_axil_rready)
);

endmodule

`default_nettype wire

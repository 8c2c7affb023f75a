// SPDX-License-Identifier: Apache-2.0
// serial_accelerator: the accelerator behind a serial line. This is what boards
// have in common; it only wires.
//
// Where the board has a flash, the link first hears what lies there as if it came
// over the line, and its answers go nowhere; then it hears the line. Segments of
// weights may come from there, too, for each batch.

`default_nettype none

module serial_accelerator #(
    parameter ROWS             = 4,      // as in adder_top
    parameter COLUMNS          = 4,
    parameter W_DATA           = 8,
    parameter W_ACC            = 18,
    parameter W_SUM            = 19,
    parameter ACTIVATION_DEPTH = 2048,
    parameter WEIGHT_DEPTH     = 4608,
    parameter FOLD_DEPTH       = 256,
    parameter PAD_DEPTH        = 16,
    parameter RESULT_DEPTH     = 16,
    parameter PROGRAM_DEPTH    = 256,
    parameter PARTIAL_DEPTH    = 0,
    parameter CELL             = 0,
    parameter SERIAL           = 0,
    parameter PIPELINED        = 0,
    parameter REACH            = 1,
    parameter TAPS             = 1,
    parameter W_SIDE           = 16,
    parameter WEIGHT_PORTS     = 2,
    parameter WEIGHT_SEGMENTS  = 2,
    parameter FOLD_CLOCKS      = 1,
    parameter PLANES           = 1,
    parameter SHORTCUT         = 1,
    parameter AVERAGES         = 1,
    parameter DIVIDER          = 12,     // clocks in a bit of the line, from 4
    parameter W_TIMEOUT        = 16,     // as in host_link
    parameter FLASH_DUAL       = 0,      // 1: segments of weights come over both lines of data
    parameter FLASH            = 0       // address of a network in the board's flash; 0: none is looked for
) (
    input  wire clk,
    input  wire rst,

    input  wire rx,
    output wire tx,

    output wire flash_cs_n,
    output wire flash_pulse,   // of the flash's clock, as flash_reader asks for it
    output wire flash_mosi,
    output wire flash_drive,   // flash_mosi is an output; it always is but with FLASH_DUAL
    input  wire flash_mosi_in, // ... and else this; both of a clock ago
    input  wire flash_miso_in,

    output wire busy,     // a frame is under way
    output wire error     // a frame was forgotten since the host said hello
);

// As in adder_top.
localparam W_X          = ROWS * W_DATA;
localparam W_W          = COLUMNS * (W_DATA + 1);
localparam W_WIDE       = W_X > W_W ? W_X : W_W;
localparam W_LOAD       = W_WIDE > 96 ? W_WIDE : 96;
localparam STREAM_BYTES = (W_LOAD + 7) / 8;
localparam RESULT_BYTES = W_X > 16 ? (W_X + 7) / 8 : 2;

wire       line_valid, line_ready, flash_valid, reading, listening, lost, send_valid;
wire       feed, marked, hungry, again, wrong;
reg        feed_q, again_q, wrong_q;
wire [7:0] line_data, flash_data, send_data;

wire [STREAM_BYTES*8-1:0] in_tdata;
wire [RESULT_BYTES*8-1:0] out_tdata;
wire                      in_tvalid, in_tready, in_tlast;
wire [STREAM_BYTES*8-1:0] host_tdata;
wire                      host_tvalid, host_tready, host_tlast;
wire                      out_tvalid, out_tready, out_tlast, out_tuser;

wire [11:0] awaddr, araddr;
wire [31:0] wdata, rdata;
wire [1:0]  bresp, rresp;
wire        awvalid, awready, wvalid, wready, bvalid, bready, arvalid, arready, rvalid, rready;

// The host asks for what these say, or has no time to watch.
wire           irq, write_valid;
wire [5:0]     write_layer;
wire [1:0]     write_target;
wire [23:0]    write_addr;
wire [W_X-1:0] write_word;

uart_rx #(.DIVIDER(DIVIDER)) uart_rx_u (
    .clk   (clk),
    .rst   (rst),
    .line  (rx),
    .valid (line_valid),
    .data  (line_data)
);

uart_tx #(.DIVIDER(DIVIDER)) uart_tx_u (
    .clk   (clk),
    .rst   (rst),
    .valid (send_valid & ~reading),
    .ready (line_ready),
    .data  (send_data),
    .line  (tx)
);

generate if (FLASH != 0) begin : gen_flash
    // Registers on the way between the two: the link hears a byte in every other clock at most.
    reg hears, lost_q;

    always @(posedge clk) begin
        hears  <= listening & ~flash_valid;
        lost_q <= lost;
    end

    flash_reader #(.ADDRESS(FLASH), .DUAL(FLASH_DUAL)) flash_reader_u (
        .clk       (clk),
        .rst       (rst),
        .reading   (reading),
        .valid     (flash_valid),
        .data      (flash_data),
        .listening (reading ? hears : hungry),
        .stop      (lost_q),
        .feed      (feed_q),
        .again     (again_q),
        .cs_n      (flash_cs_n),
        .pulse     (flash_pulse),
        .mosi      (flash_mosi),
        .drive     (flash_drive),
        .mosi_in   (flash_mosi_in),
        .miso      (flash_miso_in)
    );
end else begin : gen_no_flash
    wire unused_flash = &{1'b0, FLASH_DUAL[0], flash_miso_in, flash_mosi_in, listening, lost, hungry, feed_q, again_q};

    assign reading     = 1'b0;
    assign flash_valid = 1'b0;
    assign flash_data  = 8'd0;
    assign flash_cs_n  = 1'b1;
    assign flash_pulse = 1'b0;
    assign flash_mosi  = 1'b0;
    assign flash_drive = 1'b1;
end endgenerate

// Registers between the flash and what hears it, which are far apart. A byte that comes in the clock of `again_q` is of
// the list before.
always @(posedge clk) begin
    feed_q  <= feed;
    again_q <= again | marked;
    wrong_q <= wrong;
end

generate if (FLASH != 0 && WEIGHT_PORTS == 2) begin : gen_player
    segment_player #(.COLUMNS(COLUMNS), .W_DATA(W_DATA), .W_BEAT(STREAM_BYTES * 8)) segment_player_u (
        .clk           (clk),
        .rst           (rst),
        .start         (marked),
        .hungry        (hungry),
        .byte_valid    (flash_valid & ~reading & ~again_q),
        .data          (flash_data),
        .again         (again),
        .wrong         (wrong),
        .s_axis_tdata  (host_tdata),
        .s_axis_tvalid (host_tvalid),
        .s_axis_tready (host_tready),
        .s_axis_tlast  (host_tlast),
        .m_axis_tdata  (in_tdata),
        .m_axis_tvalid (in_tvalid),
        .m_axis_tready (in_tready),
        .m_axis_tlast  (in_tlast)
    );
end else begin : gen_no_player
    assign hungry      = 1'b0;
    assign again       = 1'b0;
    assign wrong       = 1'b0;
    assign in_tdata    = host_tdata;
    assign in_tvalid   = host_tvalid;
    assign in_tlast    = host_tlast;
    assign host_tready = in_tready;
end endgenerate

host_link #(
    .STREAM_BYTES(STREAM_BYTES), .RESULT_BYTES(RESULT_BYTES), .HAS_MARK(FLASH != 0 ? 1 : 0), .W_TIMEOUT(W_TIMEOUT)
) host_link_u (
    .clk            (clk),
    .rst            (rst),
    .receive_valid  (reading ? flash_valid : line_valid),
    .receive_data   (reading ? flash_data : line_data),
    .send_valid     (send_valid),
    .send_ready     (reading | line_ready),
    .send_data      (send_data),
    .listening      (listening),
    .lost           (lost),
    .busy           (busy),
    .broken         (error),
    .feed           (feed),
    .marked         (marked),
    .unmark         (wrong_q),
    .m_axis_tdata   (host_tdata),
    .m_axis_tvalid  (host_tvalid),
    .m_axis_tready  (host_tready),
    .m_axis_tlast   (host_tlast),
    .s_axis_tdata   (out_tdata),
    .s_axis_tvalid  (out_tvalid),
    .s_axis_tready  (out_tready),
    .s_axis_tlast   (out_tlast),
    .s_axis_tuser   (out_tuser),
    .m_axil_awaddr  (awaddr),
    .m_axil_awvalid (awvalid),
    .m_axil_wdata   (wdata),
    .m_axil_wvalid  (wvalid),
    .m_axil_bresp   (bresp),
    .m_axil_bvalid  (bvalid),
    .m_axil_bready  (bready),
    .m_axil_araddr  (araddr),
    .m_axil_arvalid (arvalid),
    .m_axil_rdata   (rdata),
    .m_axil_rresp   (rresp),
    .m_axil_rvalid  (rvalid),
    .m_axil_rready  (rready)
);

adder_top #(
    .ROWS(ROWS), .COLUMNS(COLUMNS), .W_DATA(W_DATA), .W_ACC(W_ACC), .W_SUM(W_SUM),
    .ACTIVATION_DEPTH(ACTIVATION_DEPTH), .WEIGHT_DEPTH(WEIGHT_DEPTH), .FOLD_DEPTH(FOLD_DEPTH),
    .PAD_DEPTH(PAD_DEPTH), .RESULT_DEPTH(RESULT_DEPTH), .PROGRAM_DEPTH(PROGRAM_DEPTH),
    .PARTIAL_DEPTH(PARTIAL_DEPTH), .CELL(CELL), .SERIAL(SERIAL), .PIPELINED(PIPELINED), .REACH(REACH), .TAPS(TAPS), .W_SIDE(W_SIDE), .WEIGHT_PORTS(WEIGHT_PORTS), .WEIGHT_SEGMENTS(WEIGHT_SEGMENTS), .FOLD_CLOCKS(FOLD_CLOCKS), .PLANES(PLANES),
    .SHORTCUT(SHORTCUT), .AVERAGES(AVERAGES)
) accelerator_u (
    .clk            (clk),
    .rst            (rst),
    .hold           (1'b0),
    .irq            (irq),
    .s_axis_tdata   (in_tdata),
    .s_axis_tvalid  (in_tvalid),
    .s_axis_tready  (in_tready),
    .s_axis_tlast   (in_tlast),
    .m_axis_tdata   (out_tdata),
    .m_axis_tvalid  (out_tvalid),
    .m_axis_tready  (out_tready),
    .m_axis_tlast   (out_tlast),
    .m_axis_tuser   (out_tuser),
    .s_axil_awaddr  (awaddr),
    .s_axil_awvalid (awvalid),
    .s_axil_awready (awready),
    .s_axil_wdata   (wdata),
    .s_axil_wstrb   (4'hf),
    .s_axil_wvalid  (wvalid),
    .s_axil_wready  (wready),
    .s_axil_bresp   (bresp),
    .s_axil_bvalid  (bvalid),
    .s_axil_bready  (bready),
    .s_axil_araddr  (araddr),
    .s_axil_arvalid (arvalid),
    .s_axil_arready (arready),
    .s_axil_rdata   (rdata),
    .s_axil_rresp   (rresp),
    .s_axil_rvalid  (rvalid),
    .s_axil_rready  (rready),
    .write_valid    (write_valid),
    .write_layer    (write_layer),
    .write_target   (write_target),
    .write_addr     (write_addr),
    .write_word     (write_word)
);

wire unused = &{1'b0, irq, awready, wready, arready, write_valid, write_layer, write_target, write_addr, write_word};

endmodule

`default_nettype wire
